-- Forgets which entries made the first people of a directory. Parameters: id, limit. Index: primary key.
delete from directory_person where directory_id = @id and uuid in (select uuid from directory_person where directory_id = @id order by uuid limit @limit)
