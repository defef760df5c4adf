-- Inserts an activation code. Parameters: id, orgId, personId, hash, now, expiresAt. Index: primary key.
insert into activation_code (id, org_id, person_id, hash, created_at, expires_at) values (@id, @orgId, @personId, @hash, @now, @expiresAt)
