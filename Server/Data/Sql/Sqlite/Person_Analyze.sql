-- Nothing: SQLite plans by the indexes alone. Parameters: none. Index: none.
select 1
