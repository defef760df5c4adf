-- As AuditLog_List for one subject. Parameters and rows: as there. Index: audit_log_subject.
select id, at, org_id, actor, action, subject, before_value, after_value
from audit_log
where org_id = @orgId and subject = @subject and id < @beforeId
  and (cast(@actor as text) is null or actor = @actor)
  and (cast(@actionFrom as text) is null or (action >= @actionFrom and action < @actionTo))
  and (cast(@since as bigint) is null or at >= @since)
  and (cast(@until as bigint) is null or at < @until)
order by id desc
limit @limit
