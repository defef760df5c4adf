-- Entries of a span of time after a position, narrowed by nothing, with their names and without meter values. Parameters: orgId, to, at, afterDevice, seq (the position), count.
-- Rows: EntryLine, by the places of its columns. Index: entry_time.
select e.at, e.device_id, e.seq, e.epoch, e.interval_seq, e.counter, e.delta, e.session_id, e.person_id, e.project_id, e.cause, e.confidence, e.source,
       e.evidence, e.reverses, e.cost_micros, null as meters, d.name as device_name, p.user_name, j.code as project_code
from entry e
left join device d on d.id = e.device_id
left join person p on p.id = e.person_id
left join project j on j.id = e.project_id
where e.at >= @at and e.at < @to and e.org_id = @orgId
  and (e.at > @at or e.device_id > @afterDevice or (e.device_id = @afterDevice and e.seq > @seq))
order by e.at, e.device_id, e.seq
limit @count
