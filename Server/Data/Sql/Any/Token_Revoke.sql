-- Ends an API token. Parameters: id, now. Index: primary key.
update access_token set revoked_at = coalesce(revoked_at, @now) where id = @id
