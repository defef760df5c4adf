-- How many recovery codes a web account has left. Parameter: id. Rows: one number. Index: primary key.
select count(*) from web_recovery_code where account_id = @id
