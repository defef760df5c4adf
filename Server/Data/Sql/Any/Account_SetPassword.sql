-- Replaces an account's password. Parameters: id, hash, now. Index: primary key.
update web_account set password_hash = @hash, updated_at = @now where id = @id
