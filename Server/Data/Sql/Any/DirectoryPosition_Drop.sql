-- Forgets how far a part has been read. Parameters: id, part. Index: primary key.
delete from directory_position where directory_id = @id and part = @part
