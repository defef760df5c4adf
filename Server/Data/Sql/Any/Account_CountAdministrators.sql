-- How many enabled administrators of everything there are. Rows: one number. Reads the whole table, which is small.
select count(*) from web_account where role = 'administrator' and scope is null and enabled = 1
