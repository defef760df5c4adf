-- Entries of a device from a time on until the first border at or after another, reversals among them, each with the border before its own. An entry has the time of the border that ends its
-- interval: found by the device's borders, neither all of its entries are read nor those of all other devices.
-- Parameters: deviceId, since, until. Rows: OfflineRepository.Row. Index: entry_time; primary key of reading.
select e.device_id, e.seq, e.epoch, e.interval_seq, e.counter, e.delta, e.at, e.posted_at, e.session_id, e.person_id, e.project_id, e.cause,
       e.confidence, e.source, e.evidence, e.reverses, e.cost_micros, b.at as border_at, b.meters
from entry e
left join reading b on b.device_id = e.device_id and b.status = 0 and b.epoch = e.epoch and b.seq = (
    select max(r.seq) from reading r where r.device_id = e.device_id and r.epoch = e.epoch and r.status = 0 and r.seq < e.interval_seq)
where e.device_id = @deviceId and e.at in (
    select t.at from reading t
    where t.device_id = @deviceId and t.at > @since
      and t.at <= coalesce((select min(r.at) from reading r where r.device_id = @deviceId and r.status = 0 and r.at >= @until), @until))
order by e.seq
