-- All epochs of some devices. Parameters: ids. Rows: EpochRow. Index: primary key.
select device_id, epoch, opened_at, reason, serial, counters from epoch where device_id = any(@ids) order by device_id, epoch
