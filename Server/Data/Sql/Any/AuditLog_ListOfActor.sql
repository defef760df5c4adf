-- As AuditLog_List for one actor. Parameters and rows: as there. Index: audit_log_actor.
select id, at, org_id, actor, action, subject, before_value, after_value
from audit_log
where org_id = @orgId and actor = @actor and id < @beforeId
  and (cast(@subject as text) is null or subject = @subject)
  and (cast(@actionFrom as text) is null or (action >= @actionFrom and action < @actionTo))
  and (cast(@since as bigint) is null or at >= @since)
  and (cast(@until as bigint) is null or at < @until)
order by id desc
limit @limit
