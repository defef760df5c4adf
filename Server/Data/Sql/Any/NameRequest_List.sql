-- Wishes for names, newest first. Parameters: orgId, actor (null: all), limit. Rows: NameRequestRow. Index: name_request_org.
select id, person_id, asked_by, reason, asked_at, decided_by, decided_at, expires_at
from name_request
where org_id = @orgId and (cast(@actor as text) is null or asked_by = @actor)
order by id desc
limit @limit
