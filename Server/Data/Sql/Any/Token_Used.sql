-- Remembers the use of an API token. Parameters: id, now. Index: primary key.
update access_token set last_used_at = @now where id = @id
