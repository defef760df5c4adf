-- How many tables of statistics there are: none as long as nothing is known. Parameters: none. Rows: one number. Index: none.
select count(*) from sqlite_schema where name = 'sqlite_stat1'
