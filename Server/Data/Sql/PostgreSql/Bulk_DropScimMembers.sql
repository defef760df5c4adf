-- Takes members out of provisioned groups.
-- Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
delete from scim_member m using unnest($1, $2) as v (group_id, person_id)
where m.group_id = v.group_id and m.person_id = v.person_id
