-- Adds members of groups that are not there yet, each once. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into directory_member (generation, member_key, group_id)
select * from unnest($1, $2, $3)
