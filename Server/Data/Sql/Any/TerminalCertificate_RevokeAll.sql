-- Revokes all certificates of a terminal. Parameters: id, now. Index: terminal_certificate_terminal.
update terminal_certificate set revoked_at = @now where terminal_id = @id and revoked_at is null
