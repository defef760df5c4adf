-- A new one-time code of an agent in place of an older one; a revoked agent may enrol again. Parameters: id, hash, expiresAt. Index: primary key.
update fleet_agent set code_hash = @hash, code_expires_at = @expiresAt, code_used_at = null, revoked_at = null where id = @id
