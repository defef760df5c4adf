-- Levels of devices' supplies since a time, in order. Parameters: deviceIds (a list), since. Rows: SupplyLevelRow. Index: primary key.
select device_id, supply, at, percent from supply_level where device_id in @deviceIds and at >= @since order by device_id, supply, at
