-- All entries of some of a device's intervals, reversals among them. An entry has the time of the border that ends its interval: found by the device's borders, neither all of its entries are
-- read nor those of all other devices. Parameters: deviceId, since (not included), until. Rows: EntryRow. Index: entry_time, reading_time.
select e.device_id, e.seq, e.epoch, e.interval_seq, e.counter, e.delta, e.at, e.posted_at, e.session_id, e.person_id, e.project_id, e.cause, e.confidence, e.source, e.evidence, e.reverses, e.cost_micros
from entry e
where e.device_id = @deviceId and e.at in (select r.at from reading r where r.device_id = @deviceId and r.at > @since and r.at <= @until)
order by e.seq
