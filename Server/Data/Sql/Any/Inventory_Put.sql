-- Keeps an inventory, unless another node has kept one since the last that is known here (previous, null = none). Parameters: deviceId, at, report, trouble (what stops it; null: nothing), previous. Affects 1 row or none. Index: primary key.
insert into device_inventory (device_id, read_at, report, trouble) values (@deviceId, @at, @report, @trouble)
on conflict (device_id) do update set read_at = excluded.read_at, report = excluded.report, trouble = excluded.trouble
where device_inventory.read_at = @previous
