-- A page of projects by code, narrowed to a text in code or name. Parameters: orgId, find (a pattern, null: all), after (folded code, empty at first), limit. Rows: ProjectView. Index: unique (org_id, code_folded).
select p.id, p.code, p.code_folded, p.name, p.enabled, a.code as parent,
       (select count(*) from project_user u where u.project_id = p.id) as users, (select count(*) from project_group g where g.project_id = p.id) as groups
from project p
left join project a on a.id = p.parent_id
where p.org_id = @orgId and p.code_folded > @after and (cast(@find as text) is null or p.code_folded like @find escape '\' or p.name_folded like @find escape '\')
order by p.code_folded
limit @limit
