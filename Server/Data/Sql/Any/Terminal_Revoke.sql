-- Revokes a terminal. Parameters: id, now. Rows: none. Index: primary key.
update terminal set revoked_at = coalesce(revoked_at, @now), updated_at = @now where id = @id
