-- Adds groups of a listing that are not there yet. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: unique (generation, uuid).
insert into directory_group (id, generation, uuid, dn_key, name, print, sid)
select * from unnest($1, $2, $3, $4, $5, $6, $7)
