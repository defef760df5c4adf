-- Removes a card. Parameters: personId, id. Index: primary key.
delete from card where person_id = @personId and id = @id
