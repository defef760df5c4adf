-- Adds groups of a listing that are not there yet. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: unique (generation, uuid).
insert into directory_group (id, generation, uuid, dn_key, name, print, sid)
values (@p0, @p1, @p2, @p3, @p4, @p5, @p6)
