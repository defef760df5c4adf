-- A page of projects by code. Parameters: orgId, after (folded code, empty at first), limit. Rows: ProjectRow. Index: unique (org_id, code_folded).
select p.id, p.org_id, p.code, p.code_folded, p.name, p.name_folded, p.parent_id, p.enabled, p.created_at, p.updated_at
from project p
where p.org_id = @orgId and p.code_folded > @after
order by p.code_folded
limit @limit
