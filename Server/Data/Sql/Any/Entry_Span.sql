-- Entries of a span of time after a position, with the meter value at the interval's end and their names. Parameters: orgId, from, to, at, deviceId, seq (the position),
-- device, person, project, site, department (null: all), count. Rows: EntryLine. Index: entry_time.
select e.at, e.device_id, e.seq, e.epoch, e.interval_seq, e.counter, e.delta, e.session_id, e.person_id, e.project_id, e.cause, e.confidence, e.source,
       e.evidence, e.reverses, e.cost_micros, r.meters, d.name as device_name, p.user_name, j.code as project_code
from entry e
left join reading r on r.device_id = e.device_id and r.seq = e.interval_seq and r.at = e.at
left join device d on d.id = e.device_id
left join person p on p.id = e.person_id
left join project j on j.id = e.project_id
where e.at >= @at and e.at < @to and e.org_id = @orgId
  and (e.at > @at or e.device_id > @deviceId or (e.device_id = @deviceId and e.seq > @seq))
  and (cast(@device as bigint) is null or e.device_id = @device)
  and (cast(@person as bigint) is null or e.person_id = @person)
  and (cast(@project as bigint) is null or e.project_id = @project)
  and (cast(@site as text) is null or d.site = @site)
  and (cast(@department as text) is null or p.department = @department)
order by e.at, e.device_id, e.seq
limit @count
