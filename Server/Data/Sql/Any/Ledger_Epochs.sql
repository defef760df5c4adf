-- Epochs of a device, or of all. Parameter: deviceId (null = all). Rows: EpochRow. Index: primary key.
select device_id, epoch, opened_at, reason, serial, counters
from epoch
where @deviceId is null or device_id = @deviceId
order by device_id, epoch
