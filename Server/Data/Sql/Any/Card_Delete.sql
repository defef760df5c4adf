-- Removes a card. Parameters: id. Index: primary key.
delete from card where id = @id
