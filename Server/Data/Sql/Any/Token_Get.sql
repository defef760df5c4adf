-- An API token by its id, if it is good now. Parameters: id, now. Rows: TokenRow, at most one. Index: primary key.
select id, hash, role, scope, created_at, expires_at, revoked_at, last_used_at from access_token
where id = @id and revoked_at is null and (expires_at is null or expires_at > @now)
