-- Adds groups of a listing that are not there yet. Parameters: rows of these columns (PostgreSQL: copied). Index: unique (generation, uuid).
insert into directory_group (id, generation, uuid, dn_key, name, print, sid, members)
values (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7)
