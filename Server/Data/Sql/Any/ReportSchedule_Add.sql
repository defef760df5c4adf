-- Adds a schedule. Parameters: the columns. Index: primary key.
insert into report_schedule (id, org_id, report_id, owner, role, recipients, formats, timing, zone, language, enabled, next_due, created_at)
values (@id, @orgId, @reportId, @owner, @role, @recipients, @formats, @timing, @zone, @language, @enabled, @nextDue, @createdAt)
