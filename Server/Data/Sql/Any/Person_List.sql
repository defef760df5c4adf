-- A page of people by name. Parameters: orgId, after (folded name of the last one seen, empty at first), limit. Rows: PersonRow. Index: unique (org_id, user_folded).
select id, org_id, user_name, user_folded, display_name, email, department, cost_centre, language, principal, functions,
       project_required, enabled, directory_enabled, source, merged_into, created_at, updated_at
from person
where org_id = @orgId and user_folded > @after
order by user_folded
limit @limit
