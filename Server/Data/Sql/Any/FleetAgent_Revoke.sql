-- Revokes an agent: its messages are refused from now on. Parameters: id, now. Index: primary key.
update fleet_agent set revoked_at = @now, code_hash = null where id = @id and revoked_at is null
