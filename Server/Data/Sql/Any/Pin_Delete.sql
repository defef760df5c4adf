-- Takes a person's PIN away. Parameters: personId. Index: primary key.
delete from pin where person_id = @personId
