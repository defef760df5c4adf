-- Keeps which entry made which person. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into directory_person (directory_id, uuid, person_id, dn_key, print, groups_print, written_at, primary_group)
values (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7)
on conflict (directory_id, uuid) do update
set person_id = excluded.person_id, dn_key = excluded.dn_key, print = excluded.print, groups_print = excluded.groups_print, written_at = excluded.written_at,
    primary_group = excluded.primary_group, gone_at = null
