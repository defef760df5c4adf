-- The first border of an epoch. Parameters: deviceId, epoch, since (the epoch's opening). Rows: at most one. Index: reading_time.
select device_id, seq, epoch, status, trigger, at, confirmed_at, boot, uptime, token, serial, meters
from reading
where device_id = @deviceId and epoch = @epoch and status = 0 and at >= @since
order by at, seq
limit 1
