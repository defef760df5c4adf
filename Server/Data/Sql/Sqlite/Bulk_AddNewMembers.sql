-- Adds members of groups that are not there yet, each once. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into directory_member (generation, member_key, group_id)
values (@p0, @p1, @p2)
