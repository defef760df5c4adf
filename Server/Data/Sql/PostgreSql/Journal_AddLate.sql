-- Marks days that something was added to long after they were over. Parameters: one array for each column, in this order. Index: primary key.
insert into usage_late (org_id, day, device_id, version)
select o, d, v, n from unnest($1, $2, $3, $4) as u (o, d, v, n)
on conflict (org_id, day, device_id) do update set version = excluded.version
