-- Says where a person comes from, and whether that lets them in. Parameters: id, source, enabled. Index: primary key.
update person set source = @source, directory_enabled = @enabled where id = @id
