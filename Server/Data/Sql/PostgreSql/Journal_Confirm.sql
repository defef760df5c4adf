-- Moves the confirmation of readings. Parameters: arrays of device, seq, time. Index: primary key of each partition.
update reading
set confirmed_at = c.confirmed_at
from unnest($1, $2, $3) as c (device_id, seq, confirmed_at)
where reading.device_id = c.device_id and reading.seq = c.seq
