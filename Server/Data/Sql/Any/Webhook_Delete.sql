-- Deletes a webhook with all that waits for it. Parameter: id. Rows: none. Index: primary key.
delete from webhook where id = @id
