-- Reports that somebody keeps. Parameters: orgId, owner. Rows: name, address, shared, times. Index: unique (org_id, owner, name_folded).
select name, address, shared, created_at, updated_at from saved_report where org_id = @orgId and owner = @owner order by name_folded
