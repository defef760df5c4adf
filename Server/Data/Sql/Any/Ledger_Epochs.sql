-- Epochs of a device. Parameter: deviceId. Rows: EpochRow. Index: primary key.
select device_id, epoch, opened_at, reason, serial, counters
from epoch
where device_id = @deviceId
order by epoch
