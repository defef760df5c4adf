-- Keeps an inventory, unless another node has kept one since the last that is known here (previous, null = none). Parameters: deviceId, at, report, previous. Affects 1 row or none. Index: primary key.
insert into device_inventory (device_id, read_at, report) values (@deviceId, @at, @report)
on conflict (device_id) do update set read_at = excluded.read_at, report = excluded.report
where device_inventory.read_at = @previous
