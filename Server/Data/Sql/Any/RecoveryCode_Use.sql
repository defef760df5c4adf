-- Uses up a recovery code; changes no row when there is none such. Parameters: id, hash. Index: primary key.
delete from web_recovery_code where account_id = @id and hash = @hash
