-- Removes a setting. Parameters: name. Index: primary key.
delete from setting where name = @name
