-- All epochs of a device. Parameters: deviceId. Rows: the columns. Index: primary key.
select device_id, epoch, opened_at, reason, serial, counters from epoch where device_id = @deviceId order by epoch
