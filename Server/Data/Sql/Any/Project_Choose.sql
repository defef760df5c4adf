-- The project of an id or a code if the person may use it. Parameters: org, person, id, code. Rows: PanelProject, at most two (the id first). Index: project primary key, unique (org_id, code_folded).
select p.id, p.code, p.name
from project p
where p.org_id = @org and p.enabled = 1 and (p.id = @id or p.code_folded = @code)
  and ((not exists (select 1 from project_user u where u.project_id = p.id) and not exists (select 1 from project_group g where g.project_id = p.id))
    or exists (select 1 from project_user u where u.project_id = p.id and u.person_id = @person)
    or exists (select 1 from project_group g join person_group pg on pg.group_folded = g.group_folded where g.project_id = p.id and pg.person_id = @person))
order by case when p.id = @id then 0 else 1 end
