-- Takes cards away. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
delete from card c using unnest($1, $2) as v (person_id, id)
where c.person_id = v.person_id and c.id = v.id
