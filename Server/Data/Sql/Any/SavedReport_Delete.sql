-- Forgets a report with its schedules. Parameters: id, orgId, owner. Index: primary key.
delete from saved_report where id = @id and org_id = @orgId and owner = @owner
