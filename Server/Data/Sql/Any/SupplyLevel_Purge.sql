-- Forgets old levels. Parameters: before. Index: supply_level_time.
delete from supply_level where at < @before
