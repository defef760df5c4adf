-- One project by id. Parameters: id. Rows: ProjectRow, at most one. Index: primary key.
select p.id, p.org_id, p.code, p.code_folded, p.name, p.name_folded, p.parent_id, p.enabled, p.created_at, p.updated_at
from project p
where p.id = @id
