-- Inserts a set-up code. Parameters: hash, now, expiresAt. Index: primary key.
insert into setup_code (hash, created_at, expires_at) values (@hash, @now, @expiresAt)
