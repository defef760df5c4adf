-- Messages after one of them. Parameters: id, limit. Rows: id, at, topic, device_id, payload. Index: primary key.
select o.id, o.at, o.topic, o.device_id, o.payload, d.name as device, d.org_id, d.site
from outbox o
left join device d on d.id = o.device_id
where o.id > @id
order by o.id
limit @limit
