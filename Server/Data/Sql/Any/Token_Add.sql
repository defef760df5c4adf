-- Inserts an API token. Parameters: members of TokenRow. Index: unique (hash).
insert into access_token (id, hash, role, scope, created_at, expires_at) values (@Id, @Hash, @Role, @Scope, @CreatedAt, @ExpiresAt)
