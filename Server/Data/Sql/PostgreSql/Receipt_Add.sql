-- Keeps receipts. Parameters: one array for each column, in this order. Index: primary key and unique (device_id, key).
insert into receipt (id, device_id, org_id, key, hash, status, received_at, started_at, ended_at, clock_offset_ms, content)
select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
