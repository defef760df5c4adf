-- Forgets the recovery codes of a web account. Parameter: id. Index: primary key.
delete from web_recovery_code where account_id = @id
