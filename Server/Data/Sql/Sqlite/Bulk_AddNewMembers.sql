-- Adds members of groups that are not there yet, each once. Parameters: rows of these columns (PostgreSQL: copied). Index: primary key.
insert into directory_member (generation, member_key, group_id)
values (@p0, @p1, @p2)
