-- Changes a schedule. Parameters: the columns. Index: primary key.
update report_schedule
set recipients = @recipients, formats = @formats, timing = @timing, zone = @zone, language = @language, enabled = @enabled, role = @role, next_due = @nextDue
where id = @id and org_id = @orgId
