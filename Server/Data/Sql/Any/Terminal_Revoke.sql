-- Revokes a terminal. Parameters: terminalId, now. Index: primary key.
update terminal set revoked_at = coalesce(revoked_at, @now), updated_at = @now where id = @terminalId
