-- The newest borders of a device before a time. Parameters: deviceId, before, count. Rows: ReadingRow. Index: reading_time.
select device_id, seq, epoch, status, trigger, at, confirmed_at, boot, uptime, token, serial, meters
from reading
where device_id = @deviceId and status = 0 and at < @before
order by at desc, seq desc
limit @count
