-- The project of an id or a code, if the person may use it. Parameters: orgId, personId, id, code (folded). Rows: ProjectRow, at most two. Index: primary key, unique (org_id, code_folded).
select p.id, p.org_id, p.code, p.code_folded, p.name, p.name_folded, p.parent_id, p.enabled, p.created_at, p.updated_at
from project p
where p.org_id = @orgId and p.enabled = 1 and (p.id = @id or p.code_folded = @code)
  and ((not exists (select 1 from project_user u where u.project_id = p.id) and not exists (select 1 from project_group g where g.project_id = p.id))
       or exists (select 1 from project_user u where u.project_id = p.id and u.person_id = @personId)
       or exists (select 1 from project_group g join person_group m on m.group_folded = g.group_folded
                  where g.project_id = p.id and m.person_id = @personId))
