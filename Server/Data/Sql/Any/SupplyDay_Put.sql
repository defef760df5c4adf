-- Keeps how full a supply is today; the last look of a day counts. Parameters: deviceId, kind, supply (its index in the report), day, percent. Index: primary key.
insert into supply_day (device_id, kind, supply, day, percent) values (@deviceId, @kind, @supply, @day, @percent)
on conflict (device_id, kind, supply, day) do update set percent = excluded.percent
