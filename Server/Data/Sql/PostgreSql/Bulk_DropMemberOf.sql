-- Forgets members that no group names any more. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
delete from directory_member_of m using unnest($1, $2) as v (generation, member_key)
where m.generation = v.generation and m.member_key = v.member_key
