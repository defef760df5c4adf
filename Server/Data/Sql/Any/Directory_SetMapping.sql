-- Keeps the mapping that was set beside the file, or forgets it (null). Parameters: id, mapping. Index: primary key.
update directory set mapping = @mapping where id = @id
