-- One session with names, for who may see it. Parameters: id, orgId, person (null: all), whole (1: all), sites, departments, projects (what the asker may see; any of them). Rows: SessionView, at most one. Index: primary key, entry_session.
select s.id, s.state, s.terminal_id, t.name as terminal, s.method, s.functions, s.opened_at, s.last_activity_at, s.ended_at, s.settled_at, s.end_reason, s.inferred, s.inferred_reason,
       coalesce(o.merged_into, s.person_id) as person_id, s.device_id, s.project_id, d.site, p.department, o.department as booked_department, d.name as device, p.user_name as user_name, p.display_name, j.code as project
from session s
left join device d on d.id = s.device_id
left join terminal t on t.id = s.terminal_id
left join person o on o.id = s.person_id
left join person p on p.id = coalesce(o.merged_into, o.id)
left join project j on j.id = s.project_id
where s.id = @id and s.org_id = @orgId
  and (cast(@person as bigint) is null or s.person_id = @person or o.merged_into = @person)
  and (@whole = 1 or (@sites is not null and d.site = any(@sites)) or (@departments is not null and p.department = any(@departments)) or (@departments is not null and o.department = any(@departments)) or (@projects is not null and s.project_id = any(@projects))
    or (@projects is not null and exists (select 1 from entry e where e.session_id = s.id and e.at >= s.opened_at and e.project_id = any(@projects))))
