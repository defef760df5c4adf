-- Projects a person may use whose code or name begins with or holds a text; all for an empty text. Parameters: org, person, starts, holds, limit. Rows: PanelProject.
-- Index: unique (org_id, code_folded), project_name.
select p.id, p.code, p.name
from project p
where p.org_id = @org and p.enabled = 1 and (p.code_folded like @starts escape '!' or p.name_folded like @holds escape '!')
  and ((not exists (select 1 from project_user u where u.project_id = p.id) and not exists (select 1 from project_group g where g.project_id = p.id))
    or exists (select 1 from project_user u where u.project_id = p.id and u.person_id = @person)
    or exists (select 1 from project_group g join person_group pg on pg.group_folded = g.group_folded where g.project_id = p.id and pg.person_id = @person))
order by p.code_folded
limit @limit
