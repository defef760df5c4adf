-- Gives an organisation its name for people. Parameters: id, title. Affects 1 row or none. Index: primary key.
update organisation set title = @title where id = @id
