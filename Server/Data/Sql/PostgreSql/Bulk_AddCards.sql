-- Gives cards. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: unique (org_id, key_id, hash).
insert into card (id, org_id, key_id, hash, suffix, person_id, added_by, added_at)
select * from unnest($1, $2, $3, $4, $5, $6, $7, $8)
