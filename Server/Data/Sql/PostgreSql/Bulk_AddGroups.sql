-- Puts people into groups of their directory. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into person_group (person_id, group_name, group_folded, directory)
select g.*, 1 from unnest($1, $2, $3) as g
on conflict (person_id, group_folded) do nothing
