-- Marks days that something was added to long after they were over. Parameters: the columns. Index: primary key.
insert into usage_late (org_id, day, device_id, version)
values (@orgId, @day, @deviceId, @version)
on conflict (org_id, day, device_id) do update set version = excluded.version
