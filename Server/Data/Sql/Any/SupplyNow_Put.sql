-- Keeps how a supply or tray stands and when it will be used up, unless a later day stands there. Parameters: deviceId, kind, supply (its index in the report), name, day, percent, lastDay (a day; null: not known).
-- Index: primary key.
insert into supply_now (device_id, kind, supply, name, day, percent, last_day) values (@deviceId, @kind, @supply, @name, @day, @percent, @lastDay)
on conflict (device_id, kind, supply) do update set name = excluded.name, day = excluded.day, percent = excluded.percent, last_day = excluded.last_day
where supply_now.day <= excluded.day
