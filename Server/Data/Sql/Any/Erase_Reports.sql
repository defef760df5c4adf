-- Forgets the reports that somebody kept, with their schedules. Parameters: orgId, owner. Index: unique (org_id, owner, name_folded).
delete from saved_report where org_id = @orgId and owner = @owner
