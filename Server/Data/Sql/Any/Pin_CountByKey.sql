-- How many PINs still need each key. Parameters: none. Rows: key_id, count. Reads the whole table.
select key_id, count(*) as count from pin group by key_id
