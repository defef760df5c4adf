-- Runs, the newest first. Parameters: orgId, owner (null: all), before (due_at), beforeId, limit. Rows: ReportDelivery. Index: report_delivery_time.
select id, org_id, schedule_id, report_name, owner, due_at, state, attempts, next_try, sent_at, message
from report_delivery where org_id = @orgId and (cast(@owner as text) is null or owner = @owner) and (due_at < @before or (due_at = @before and id < @beforeId))
order by due_at desc, id desc
limit @limit
