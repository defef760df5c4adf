-- Forgets old levels of a device. Parameters: deviceId, before. Index: primary key.
delete from supply_day where device_id = @deviceId and day < @before
