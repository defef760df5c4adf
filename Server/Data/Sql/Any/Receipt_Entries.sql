-- Entries of a device in a span of time, reversals among them, in order. Parameters: deviceId, since, until. Rows: EntryRow. Index: entry_time or the primary key of a month.
select e.device_id, e.seq, e.epoch, e.interval_seq, e.counter, e.delta, e.at, e.posted_at, e.session_id, e.person_id, e.project_id, e.cause, e.confidence, e.source, e.evidence, e.reverses, e.cost_micros
from entry e
where e.device_id = @deviceId and e.at > @since and e.at <= @until
order by e.seq
