-- Gives a webhook another secret; the one of before signs beside it until its time is over. Parameters: id, secret, until, now. Rows: none. Index: primary key.
update webhook set previous_sealed = secret_sealed, previous_until = @until, secret_sealed = @secret, updated_at = @now where id = @id
