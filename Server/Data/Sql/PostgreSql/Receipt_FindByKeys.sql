-- Receipts that are kept under these keys, each looked up by the index: a join planned while the table was small would read all of it later. Parameters: arrays of
-- device, key. Rows: device, key, id, hash. Index: unique (device_id, key).
select k.device_id, k.key, r.id, r.hash
from unnest($1, $2) as k (device_id, key)
cross join lateral (select id, hash from receipt where device_id = k.device_id and key = k.key limit 1) r
