-- Borders of a device in a span of time after a position. Parameters: deviceId, from, to, seq (the position), count. Rows: the columns. Index: reading_time.
select device_id, seq, epoch, status, trigger, at, confirmed_at, boot, uptime, token, serial, meters
from reading
where device_id = @deviceId and status = 0 and at >= @from and at < @to and seq > @seq
order by seq
limit @count
