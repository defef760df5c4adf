-- Keeps receipts whose key was taken by other content, each content once. Parameters: one array for each column, in this order. Index: unique (device_id, key, hash).
insert into receipt_conflict (id, device_id, key, hash, received_at, content)
select * from unnest($1, $2, $3, $4, $5, $6)
on conflict (device_id, key, hash) do nothing
