-- A session with the names that its event tells. Parameter: id. Rows: WebhookSession, at most one. Index: primary key.
select s.id, s.org_id, s.device_id, s.opened_at, s.ended_at, s.settled_at, s.inferred, s.method, p.user_name, j.code as project
from session s
left join person p on p.id = s.person_id
left join project j on j.id = s.project_id
where s.id = @id
