-- A good API token. Parameters: hash, now. Rows: TokenRow, at most one. Index: unique (hash).
select id, hash, role, scope, created_at, expires_at, revoked_at, last_used_at from access_token
where hash = @hash and revoked_at is null and (expires_at is null or expires_at > @now)
