-- Tells which groups name members. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into directory_member_of (generation, member_key, groups)
select * from unnest($1, $2, $3)
on conflict (generation, member_key) do update set groups = excluded.groups
