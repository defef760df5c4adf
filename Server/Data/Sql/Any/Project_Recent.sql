-- Projects that a person keeps at hand or used and still may use: favourites first, then the newest. Parameters: orgId, personId, limit. Rows: ProjectRow. Index: keys of project_recent and project_favourite.
select p.id, p.org_id, p.code, p.code_folded, p.name, p.name_folded, p.parent_id, p.enabled, p.created_at, p.updated_at
from project p
left join project_recent r on r.project_id = p.id and r.person_id = @personId
left join project_favourite f on f.project_id = p.id and f.person_id = @personId
where p.org_id = @orgId and p.enabled = 1 and (r.person_id is not null or f.person_id is not null)
  and ((not exists (select 1 from project_user u where u.project_id = p.id) and not exists (select 1 from project_group g where g.project_id = p.id))
       or exists (select 1 from project_user u where u.project_id = p.id and u.person_id = @personId)
       or exists (select 1 from project_group g join person_group m on m.group_folded = g.group_folded
                  where g.project_id = p.id and m.person_id = @personId))
order by case when f.person_id is null then 1 else 0 end, coalesce(r.used_at, 0) desc, p.code_folded
limit @limit
