-- A page of refused messages, newest first. Parameters: before (id), limit. Rows: DeviceAttempt. Index: primary key.
select a.id, a.at, d.name as device, a.address, a.kind, a.detail
from device_attempt a
left join device d on d.id = a.device_id
where a.id < @before
order by a.id desc
limit @limit
