-- Schedules that may mail to an address. Parameters: orgId, pattern (escaped by \). Rows: the report's name, recipients, timing. Reads the table, which is small.
select r.name as report, s.recipients, s.timing, s.zone
from report_schedule s join saved_report r on r.id = s.report_id
where s.org_id = @orgId and lower(s.recipients) like @pattern escape '\'
order by s.id
