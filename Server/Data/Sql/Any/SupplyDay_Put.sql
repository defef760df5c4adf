-- Keeps how full a supply is today; the last look of a day counts. Parameters: deviceId, name, day, kind, percent. Index: primary key.
insert into supply_day (device_id, name, day, kind, percent) values (@deviceId, @name, @day, @kind, @percent)
on conflict (device_id, name, day) do update set kind = excluded.kind, percent = excluded.percent
