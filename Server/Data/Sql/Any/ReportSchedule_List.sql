-- A page of schedules of an owner, or of all, by the name of their report. Parameters: orgId, owner (null: all), afterName and afterId of the last one before, limit. Rows: ReportSchedule. Index: report_schedule_report.
select s.id, s.org_id, s.report_id, s.owner, s.role, s.recipients, s.formats, s.timing, s.zone, s.language, s.enabled, s.next_due, s.created_at, r.name as report_name, r.address
from report_schedule s join saved_report r on r.id = s.report_id
where s.org_id = @orgId and (cast(@owner as text) is null or s.owner = @owner)
  and (r.name_folded > @afterName or (r.name_folded = @afterName and s.id > @afterId))
order by r.name_folded, s.id
limit @limit
