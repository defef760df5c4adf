-- One person by id. Parameters: id. Rows: PersonRow, at most one. Index: primary key.
select id, org_id, user_name, user_folded, display_name, email, department, cost_centre, language, principal, functions,
       project_required, enabled, directory_enabled, source, merged_into, created_at, updated_at
from person
where id = @id
