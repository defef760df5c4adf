-- Nothing: the foreign keys of SQLite leave nothing behind. Parameters: none. Index: none.
select 1
