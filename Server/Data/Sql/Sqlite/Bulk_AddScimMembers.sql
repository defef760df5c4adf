-- Adds members of provisioned groups.
-- Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into scim_member (group_id, person_id)
values (@p0, @p1)
on conflict (group_id, person_id) do nothing
