-- Devices with provisional entries from before a time that still stand, with the first and the last time of them. Parameter: before.
-- Rows: OfflineRepository.Unclaimed. Index: entry_offline.
select e.device_id, min(e.at) as first_at, max(e.at) as last_at
from entry e
where e.cause = 13 and e.reverses is null and e.at <= @before
  and not exists (select 1 from entry r where r.cause = 13 and r.device_id = e.device_id and r.at = e.at and r.reverses = e.seq)
group by e.device_id
