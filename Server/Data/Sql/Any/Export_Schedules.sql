-- Schedules that somebody made. Parameters: orgId, owner. Rows: the report's name and what the schedule says. Reads the table, which is small.
select r.name as report, s.recipients, s.formats, s.timing, s.zone, s.language, s.role, s.enabled, s.next_due, s.created_at
from report_schedule s join saved_report r on r.id = s.report_id
where s.org_id = @orgId and s.owner = @owner
order by s.id
