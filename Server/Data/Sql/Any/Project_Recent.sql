-- Projects that a person used and still may use, newest first. Parameters: orgId, personId, limit. Rows: ProjectRow. Index: project_recent's key.
select p.id, p.org_id, p.code, p.code_folded, p.name, p.name_folded, p.parent_id, p.enabled, p.created_at, p.updated_at
from project p
join project_recent r on r.project_id = p.id and r.person_id = @personId
where p.org_id = @orgId and p.enabled = 1
  and ((not exists (select 1 from project_user u where u.project_id = p.id) and not exists (select 1 from project_group g where g.project_id = p.id))
       or exists (select 1 from project_user u where u.project_id = p.id and u.person_id = @personId)
       or exists (select 1 from project_group g join person_group m on m.group_folded = g.group_folded
                  where g.project_id = p.id and m.person_id = @personId))
order by r.used_at desc, p.code_folded
limit @limit
