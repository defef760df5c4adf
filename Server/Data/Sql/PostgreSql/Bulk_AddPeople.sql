-- Adds people of a directory. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into person (id, org_id, user_name, user_folded, display_name, email, department, cost_centre, language, principal, directory_enabled, source, created_at, updated_at)
select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
