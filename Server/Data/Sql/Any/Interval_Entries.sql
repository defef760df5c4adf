-- Entries of the intervals that end at readings of a span of time, with the names behind their ids. Parameters: deviceId, first, last (times), limit. Rows: EntryLine. Index: reading_time, entry_time.
select e.at, e.device_id, e.seq, e.epoch, e.interval_seq, e.counter, e.delta, e.session_id, e.person_id, e.project_id, e.cause, e.confidence, e.source,
       e.evidence, e.reverses, e.cost_micros, e.posted_at, p.user_name, j.code as project_code
from reading r
join entry e on e.at = r.at and e.device_id = r.device_id and e.interval_seq = r.seq
left join person p on p.id = e.person_id
left join project j on j.id = e.project_id
where r.device_id = @deviceId and r.at >= @first and r.at <= @last
order by e.at desc, e.seq
limit @limit
