-- Removes a person; everything that hangs on it goes by itself, the ledger keeps the id. Parameters: id. Index: primary key.
delete from person where id = @id
