-- Records a due run once. Parameters: id, orgId, scheduleId, reportName, owner, dueAt, state, nextTry, message. Index: unique (schedule_id, due_at).
insert into report_delivery (id, org_id, schedule_id, report_name, owner, due_at, state, next_try, message)
values (@id, @orgId, @scheduleId, @reportName, @owner, @dueAt, @state, @nextTry, @message)
on conflict (schedule_id, due_at) do nothing
