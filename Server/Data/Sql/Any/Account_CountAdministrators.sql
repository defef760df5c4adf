-- How many enabled administrators there are. Rows: one number. Reads the whole table, which is small.
select count(*) from web_account where role = 'administrator' and enabled = 1
