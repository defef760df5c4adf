-- Moves the confirmation of readings. Parameters: arrays of device, seq, time of the reading, time of the confirmation; first and last time of the readings, which tell
-- the partitions. Index: primary key.
update reading
set confirmed_at = c.confirmed_at
from unnest($1, $2, $3, $4) as c (device_id, seq, at, confirmed_at)
where reading.device_id = c.device_id and reading.seq = c.seq and reading.at = c.at and reading.at between $5 and $6
