-- Keeps a recovery code of a web account. Parameters: id, hash. Index: primary key.
insert into web_recovery_code (account_id, hash) values (@id, @hash)
