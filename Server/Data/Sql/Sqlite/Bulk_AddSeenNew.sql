-- Remembers entries of a listing. Parameters: one array for each column, in this order (SQLite: one row at a time). Rows: uuid of those that were not seen before. Index: primary key.
insert into directory_seen (run_id, uuid, gone)
values (@p0, @p1, @p2)
on conflict (run_id, uuid) do nothing
returning uuid
