-- The last border before a time of each of some devices. Parameters: ids (not empty), before. Rows: ReadingRow, at most one of a device, by their places. Index: reading_time, for each device.
select r.device_id, r.seq, r.epoch, r.status, r.trigger, r.at, r.confirmed_at, r.boot, r.uptime, r.token, r.serial, r.meters
from device d
join reading r on r.device_id = d.id and (r.seq, r.at) = (select x.seq, x.at from reading x where x.device_id = d.id and x.status = 0 and x.at < @before order by x.at desc, x.seq desc limit 1)
where d.id in @ids
