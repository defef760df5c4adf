-- Tells which groups name members, a bucket at a time. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into directory_members (generation, bucket, members)
values (@p0, @p1, @p2)
on conflict (generation, bucket) do update set members = excluded.members
