-- The last border of an epoch not after a time. Parameters: deviceId, epoch, until. Rows: at most one. Index: reading_time.
select device_id, seq, epoch, status, trigger, at, confirmed_at, boot, uptime, token, serial, meters
from reading
where device_id = @deviceId and epoch = @epoch and status = 0 and at <= @until
order by at desc, seq desc
limit 1
