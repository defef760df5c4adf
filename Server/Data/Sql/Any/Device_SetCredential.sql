-- Replaces a device's receipt secret. Parameters: id, hash, now. Index: primary key.
update device set credential_hash = @hash, updated_at = @now where id = @id
