-- A page of the audit log, newest first. Parameters: orgId, beforeId, limit. Rows: AuditRow. Index: primary key.
select id, at, org_id, actor, action, subject, before_value, after_value
from audit_log
where org_id = @orgId and id < @beforeId
order by id desc
limit @limit
