-- Puts people into groups of their directory. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into person_group (person_id, group_name, group_folded, directory)
values (@p0, @p1, @p2, 1)
on conflict (person_id, group_folded) do nothing
