-- Schedules of a report. Parameters: reportId. Rows: ReportSchedule. Index: report_schedule_report.
select s.id, s.org_id, s.report_id, s.owner, s.role, s.recipients, s.formats, s.timing, s.zone, s.language, s.enabled, s.next_due, s.created_at, r.name as report_name, r.address
from report_schedule s join saved_report r on r.id = s.report_id
where s.report_id = @reportId
order by s.id
