-- Keeps which entry made which person, for entries that nobody knows. Parameters: rows of these columns (PostgreSQL: copied). Index: primary key.
insert into directory_person (directory_id, uuid, person_id, dn_key, print, groups_print, written_at, primary_group)
values (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7)
