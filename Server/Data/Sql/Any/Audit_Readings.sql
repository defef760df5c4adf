-- Readings of a device after one of them, in order. Parameters: deviceId, seq, count. Rows: the columns. Index: primary key.
select device_id, seq, epoch, status, trigger, at, confirmed_at, boot, uptime, token, serial, meters
from reading
where device_id = @deviceId and seq > @seq
order by seq, at
limit @count
