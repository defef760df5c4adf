-- Levels of devices' supplies since a day, in order. Parameters: deviceIds (a list), kind, since (a day). Rows: SupplyDayRow. Index: primary key.
select device_id, supply, day, percent from supply_day where device_id in @deviceIds and kind = @kind and day >= @since order by device_id, supply, day
