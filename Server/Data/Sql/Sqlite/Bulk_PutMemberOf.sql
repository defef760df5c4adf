-- Tells which groups name members. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into directory_member_of (generation, member_key, groups)
values (@p0, @p1, @p2)
on conflict (generation, member_key) do update set groups = excluded.groups
