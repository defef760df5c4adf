-- A report that somebody may see. Parameters: id, orgId, owner. Rows: SavedReport, at most one. Index: primary key.
select id, org_id, owner, name, name_folded, address, shared, created_at, updated_at
from saved_report where id = @id and org_id = @orgId and (owner = @owner or shared = 1)
