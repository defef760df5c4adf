-- Revokes an agent: its key counts for nothing from now on, whatever code is made for it later. The key stands apart, to be known again when it enrols anew. Parameters: id, now. Index: primary key.
update fleet_agent set revoked_at = @now, code_hash = null, revoked_key = public_key, public_key = null where id = @id and revoked_at is null
