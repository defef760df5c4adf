-- Ends the runs by the clock and whatever was asked for. Parameters: id. Index: primary key.
update directory set automatic = 0, wanted = null where id = @id
