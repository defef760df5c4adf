-- How many schedules an owner has. Parameters: orgId, owner. Rows: one number. Index: none; schedules are few, and this is asked when one is added.
select count(*) from report_schedule where org_id = @orgId and owner = @owner
