-- Forgets how supplies stood that were not looked at for long. Parameters: before (a day). Index: one pass.
delete from supply_now where day < @before
