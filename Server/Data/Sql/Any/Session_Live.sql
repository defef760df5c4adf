-- The same as Session_ListWithNames for states below settled, which are few of many. Parameters and rows: as there. Index: session_live, primary key.
select s.id, s.state, s.terminal_id, s.method, s.functions, s.opened_at, s.last_activity_at, s.ended_at, s.settled_at, s.end_reason, s.inferred, s.inferred_reason,
       s.person_id, s.device_id, d.name as device, p.user_name as user_name, p.display_name, j.code as project
from session s
left join device d on d.id = s.device_id
left join person o on o.id = s.person_id
left join person p on p.id = coalesce(o.merged_into, o.id)
left join project j on j.id = s.project_id
where s.id in (select l.id from session l where l.state in (0, 1, 2, 3)) and s.org_id = @orgId and s.opened_at <= @opened and (s.opened_at < @opened or s.id < @before) and s.state between @lowest and @highest
  and (cast(@device as bigint) is null or s.device_id = @device)
  and (cast(@person as bigint) is null or s.person_id = @person or s.person_id in (select y.id from person y where y.merged_into = @person))
  and (@onlyProjects = 0 or s.project_id = any(@projects))
  and (@whole = 1 or @onlyProjects = 1 or (@sites is not null and d.site = any(@sites)) or (@departments is not null and p.department = any(@departments)) or (@projects is not null and s.project_id = any(@projects)))
  and (cast(@from as bigint) is null or s.opened_at >= @from)
  and (cast(@to as bigint) is null or s.opened_at < @to)
order by s.opened_at desc, s.id desc
limit @limit
