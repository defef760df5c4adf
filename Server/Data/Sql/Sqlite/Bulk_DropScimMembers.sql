-- Takes members out of provisioned groups.
-- Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
delete from scim_member where group_id = @p0 and person_id = @p1
