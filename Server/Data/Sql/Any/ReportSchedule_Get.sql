-- A schedule with its report. Parameters: id. Rows: ReportSchedule, at most one. Index: primary key.
select s.id, s.org_id, s.report_id, s.owner, s.role, s.recipients, s.formats, s.timing, s.zone, s.language, s.enabled, s.next_due, s.created_at, r.name as report_name, r.address
from report_schedule s join saved_report r on r.id = s.report_id
where s.id = @id
