-- Entries of a session, with the meter value at the interval's end. Parameters: session, from (its beginning), whole (1: all) or projects, limit. Rows: EntryLine. Index: entry_session.
select e.at, e.device_id, e.seq, e.epoch, e.interval_seq, e.counter, e.delta, e.session_id, e.person_id, e.project_id, e.cause, e.confidence, e.source,
       e.evidence, e.reverses, e.cost_micros, r.meters, j.code as project_code
from entry e
left join reading r on r.device_id = e.device_id and r.seq = e.interval_seq and r.at = e.at
left join project j on j.id = e.project_id
where e.session_id = @session and e.at >= @from and (@whole = 1 or e.project_id = any(@projects))
order by e.at, e.seq
limit @limit
