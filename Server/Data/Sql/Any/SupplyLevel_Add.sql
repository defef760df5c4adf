-- Keeps a level of a supply. Parameters: deviceId, supply (its index in the report), at, percent. Index: primary key.
insert into supply_level (device_id, supply, at, percent) values (@deviceId, @supply, @at, @percent) on conflict (device_id, supply, at) do nothing
