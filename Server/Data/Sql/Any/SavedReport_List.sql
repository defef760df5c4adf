-- Reports that somebody keeps, and those that others share. Parameters: orgId, owner. Rows: SavedReport. Index: unique (org_id, owner, name_folded).
select id, org_id, owner, name, name_folded, address, shared, created_at, updated_at
from saved_report where org_id = @orgId and (owner = @owner or shared = 1)
order by name_folded, id
