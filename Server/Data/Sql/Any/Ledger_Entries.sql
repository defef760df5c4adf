-- Ledger entries in the order of time. Parameters: orgId, atFrom, atTo, deviceId, personId (null = all), limit.
-- Rows: LedgerRow. Index: entry_time (by month partition on PostgreSQL).
select e.device_id, e.seq, e.epoch, e.interval_seq, e.counter, e.delta, e.at, e.posted_at, e.session_id, e.person_id, e.project_id, e.cause,
       e.confidence, e.source, e.evidence, e.reverses, d.name as device, p.user_name as person, j.code as project
from entry e
left join device d on d.id = e.device_id
left join person p on p.id = e.person_id
left join project j on j.id = e.project_id
where e.org_id = @orgId and e.at >= @atFrom and e.at < @atTo
  and (@deviceId is null or e.device_id = @deviceId) and (@personId is null or e.person_id = @personId)
order by e.at, e.device_id, e.seq
limit @limit
