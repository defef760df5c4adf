-- Borders of a device from the last one at or before a time to the first one at or after another. Parameters: deviceId, since, until. Rows: seq, epoch, at, confirmed_at, meters.
-- Index: reading_time.
select r.seq, r.epoch, r.at, r.confirmed_at, r.meters
from reading r
where r.device_id = @deviceId and r.status = 0
  and r.at >= coalesce((select max(b.at) from reading b where b.device_id = @deviceId and b.status = 0 and b.at <= @since), 0)
  and r.at <= coalesce((select min(b.at) from reading b where b.device_id = @deviceId and b.status = 0 and b.at >= @until), @until)
order by r.seq
