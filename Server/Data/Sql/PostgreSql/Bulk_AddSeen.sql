-- Remembers entries that a run has seen or was told of. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into directory_seen (run_id, uuid, gone)
select * from unnest($1, $2, $3)
on conflict (run_id, uuid) do update set gone = excluded.gone
