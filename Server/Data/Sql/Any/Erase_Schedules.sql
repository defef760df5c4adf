-- Forgets the schedules that somebody made of reports of others. Parameters: orgId, owner. Reads the table, which is small.
delete from report_schedule where org_id = @orgId and owner = @owner
