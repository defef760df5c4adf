-- All epochs of some devices. Parameters: ids (not empty). Rows: EpochRow. Index: primary key.
select device_id, epoch, opened_at, reason, serial, counters from epoch where device_id in @ids order by device_id, epoch
