-- How many cards still need each key. Parameters: none. Rows: key_id, count. Reads the whole table.
select key_id, count(*) as count from card group by key_id
