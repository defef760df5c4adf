-- The receipt that is kept under a key. Parameters: deviceId, key. Rows: id, hash, at most one. Index: unique (device_id, key).
select id, hash from receipt where device_id = @deviceId and key = @key
