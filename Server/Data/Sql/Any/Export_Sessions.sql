-- Walk-up sessions of a person, with those of whoever was merged into them. Parameter: id. Rows: sessions with names. Index: session_person.
select s.id, d.name as device, t.name as terminal, j.code as project, s.method, s.functions, s.opened_at, s.ended_at, s.settled_at, s.inferred
from session s left join device d on d.id = s.device_id left join terminal t on t.id = s.terminal_id left join project j on j.id = s.project_id
where s.person_id in (select cast(@id as bigint) union all select y.id from person y where y.merged_into = @id)
order by s.id
