-- One message with the names of its device. Parameter: id. Rows: OutboxView, at most one. Index: primary key.
select o.id, o.at, o.topic, o.device_id, o.payload, d.name as device, d.org_id, d.site
from outbox o
left join device d on d.id = o.device_id
where o.id = @id
