-- Entries of one device and a span of time after a position, with the meter value at the interval's end and their names. Parameters: orgId, to, at, afterDevice, seq (the position),
-- whole (1: all), sites, departments, projects (what the asker may see; any of them), onlyProjects (1: of those alone, found before anything is joined), deviceId, personId, projectId (0: none), ofSite, ofDepartment, costCentre (empty: none), cause (null: all), count. Rows: EntryLine. Index: primary key (device_id, …).
select e.at, e.device_id, e.seq, e.epoch, e.interval_seq, e.counter, e.delta, e.session_id, e.person_id, e.project_id, e.cause, e.confidence, e.source,
       e.evidence, e.reverses, e.cost_micros, r.meters, d.name as device_name, p.user_name, j.code as project_code
from entry e
left join reading r on r.device_id = e.device_id and r.seq = e.interval_seq and r.at = e.at
left join device d on d.id = e.device_id
left join person p on p.id = e.person_id
left join project j on j.id = e.project_id
where e.device_id = @deviceId and e.at >= @at and e.at < @to and e.org_id = @orgId
  and (e.at > @at or e.device_id > @afterDevice or (e.device_id = @afterDevice and e.seq > @seq))
  and (cast(@deviceId as bigint) is null or e.device_id = @deviceId)
  and (cast(@personId as bigint) is null or coalesce(e.person_id, 0) = @personId)
  and (cast(@projectId as bigint) is null or coalesce(e.project_id, 0) = @projectId)
  and (cast(@cause as integer) is null or e.cause = @cause)
  and (@onlyProjects = 0 or e.project_id = any(@projects))
  and (@whole = 1 or @onlyProjects = 1 or (@sites is not null and d.site = any(@sites)) or (@departments is not null and p.department = any(@departments)) or (@projects is not null and e.project_id = any(@projects)))
  and (cast(@ofSite as text) is null or coalesce(d.site, '') = @ofSite)
  and (cast(@ofDepartment as text) is null or (p.id is not null and coalesce(p.department, '') = @ofDepartment))
  and (cast(@costCentre as text) is null or (p.id is not null and coalesce(p.cost_centre, '') = @costCentre))
order by e.at, e.device_id, e.seq
limit @count
