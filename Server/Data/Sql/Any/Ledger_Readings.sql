-- Readings of a device in their order. Parameters: deviceId, atFrom, atTo. Rows: ReadingRow. Index: reading_time.
select device_id, seq, epoch, status, trigger, at, confirmed_at, boot, uptime, token, serial, meters
from reading
where device_id = @deviceId and at >= @atFrom and at < @atTo
order by at, seq
