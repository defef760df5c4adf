-- Remembers entries of a listing. Parameters: one array for each column, in this order (SQLite: one row at a time). Rows: uuid of those that were not seen before. Index: primary key.
insert into directory_seen (run_id, uuid, gone)
select * from unnest($1, $2, $3)
on conflict (run_id, uuid) do nothing
returning uuid
