-- Changes people of a directory. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
update person p
set user_name = v.user_name, user_folded = v.user_folded, display_name = v.display_name, email = v.email, department = v.department, cost_centre = v.cost_centre, language = v.language, principal = v.principal, directory_enabled = v.directory_enabled, source = v.source, updated_at = v.updated_at
from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as v (id, user_name, user_folded, display_name, email, department, cost_centre, language, principal, directory_enabled, source, updated_at)
where p.id = v.id
