-- Takes the mark from devices that something new came of. Parameters: before. Index: fleet_device_told.
update fleet_device set stale_told = 0 where stale_told = 1 and coalesce(reading_at, inventory_at, first_seen_at) >= @before
