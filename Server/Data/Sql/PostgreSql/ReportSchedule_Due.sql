-- Schedules that are due and that no other node moves just now. Parameters: now, count. Rows: ReportSchedule. Index: report_schedule_due.
select s.id, s.org_id, s.report_id, s.owner, s.role, s.recipients, s.formats, s.timing, s.zone, s.language, s.enabled, s.next_due, s.created_at, r.name as report_name, r.address
from report_schedule s join saved_report r on r.id = s.report_id
where s.enabled = 1 and s.next_due <= @now
order by s.next_due
limit @count
for update of s skip locked
