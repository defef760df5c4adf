-- A terminal that was enrolled anew is no longer revoked; its revoked certificates stay so. Parameters: terminalId, now. Index: primary key.
update terminal set revoked_at = null, updated_at = @now where id = @terminalId and revoked_at is not null
