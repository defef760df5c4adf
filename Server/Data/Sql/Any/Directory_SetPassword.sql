-- Keeps the sealed password of the reading account (null: none). Parameters: id, secret. Index: primary key.
update directory set password_sealed = @secret where id = @id
