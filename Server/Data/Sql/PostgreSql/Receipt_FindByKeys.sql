-- Receipts that are kept under these keys. Parameters: arrays of device, key. Rows: device, key, id, hash. Index: unique (device_id, key).
select r.device_id, r.key, r.id, r.hash
from unnest($1, $2) as k (device_id, key)
join receipt r on r.device_id = k.device_id and r.key = k.key
