-- Inserts a set-up code. Parameters: hash, role, scope, now, expiresAt. Index: primary key.
insert into setup_code (hash, role, scope, created_at, expires_at) values (@hash, @role, @scope, @now, @expiresAt)
