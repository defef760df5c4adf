-- Marks a device deleted; its receipt secret ends with it. Parameters: id, now. Index: primary key.
update device set deleted_at = @now, updated_at = @now, credential_hash = null where id = @id
