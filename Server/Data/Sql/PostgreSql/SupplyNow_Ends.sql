-- When supplies of devices will be used up, of those that were looked at since a day and of which it is known. Parameters: deviceIds (a list), kind, since (a day). Rows: SupplyEndRow. Index: primary key.
select device_id, supply, last_day from supply_now where device_id = any(@deviceIds) and kind = @kind and day >= @since and last_day is not null
