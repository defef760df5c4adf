-- Runs of somebody's schedules. Parameters: orgId, owner, limit. Rows: the newest first. Index: report_delivery_time.
select report_name as report, due_at, state, attempts, sent_at, message from report_delivery where org_id = @orgId and owner = @owner order by due_at desc, id desc limit @limit
