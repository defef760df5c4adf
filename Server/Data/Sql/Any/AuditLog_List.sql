-- A page of the audit log, newest first. Parameters: orgId, actor, subject, action (null: all), actionFrom, actionTo (a prefix as a range; null: all), since, until (null: all), beforeId, limit.
-- Rows: AuditRow. Index: audit_log_subject, audit_log_actor or primary key (ids ascend with time).
select id, at, org_id, actor, action, subject, before_value, after_value
from audit_log
where org_id = @orgId and id < @beforeId
  and (cast(@actor as text) is null or actor = @actor)
  and (cast(@subject as text) is null or subject = @subject)
  and (cast(@actionFrom as text) is null or (action >= @actionFrom and action < @actionTo))
  and (cast(@since as bigint) is null or at >= @since)
  and (cast(@until as bigint) is null or at < @until)
order by id desc
limit @limit
