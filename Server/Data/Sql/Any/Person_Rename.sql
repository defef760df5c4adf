-- Gives a person another user name. Parameters: id, name, folded, now. Index: primary key.
update person set user_name = @name, user_folded = @folded, updated_at = @now where id = @id
