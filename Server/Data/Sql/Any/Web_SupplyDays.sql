-- The levels of one supply by day, oldest first. Parameters: deviceId, name, since. Rows: day, percent. Index: primary key.
select day, percent from supply_day where device_id = @deviceId and name = @name and day >= @since order by day
