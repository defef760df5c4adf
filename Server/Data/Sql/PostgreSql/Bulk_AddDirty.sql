-- Remembers members whose groups changed. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into directory_dirty (directory_id, member_key)
select * from unnest($1, $2)
on conflict (directory_id, member_key) do nothing
