-- Deletes a price list. Parameters: id. Index: primary key.
delete from price_list where id = @id
