-- Schedules that may mail to an address, whatever its letters' case. Parameters: orgId, pattern (escaped by \). Rows: id, recipients. Reads the table, which is small.
select id, recipients from report_schedule where org_id = @orgId and lower(recipients) like @pattern escape '\'
