-- Favourite projects of a person. Parameter: id. Rows: ProjectRow. Index: primary key.
select p.id, p.org_id, p.code, p.code_folded, p.name, p.name_folded, p.parent_id, p.enabled, p.created_at, p.updated_at
from project_favourite f join project p on p.id = f.project_id
where f.person_id = @id
order by p.code_folded
