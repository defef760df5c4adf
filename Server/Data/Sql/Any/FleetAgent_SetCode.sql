-- A new one-time code of an agent in place of an older one; a revoked agent stays revoked until it enrols with it. Parameters: id, hash, expiresAt, hosted (1: the agent inside the server). Index: primary key.
update fleet_agent set code_hash = @hash, code_expires_at = @expiresAt, code_used_at = null, hosted = @hosted where id = @id
