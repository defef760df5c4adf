-- People by name. Parameters: orgId, names (folded, not empty). Rows: PersonRow. Index: unique (org_id, user_folded).
select id, org_id, user_name, user_folded, display_name, email, department, cost_centre, language, principal, functions,
       project_required, enabled, directory_enabled, source, merged_into, created_at, updated_at
from person
where org_id = @orgId and user_folded in @names
