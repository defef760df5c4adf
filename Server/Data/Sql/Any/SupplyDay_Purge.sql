-- Forgets old levels. Parameters: before (a day). Index: supply_day_low.
delete from supply_day where day < @before
