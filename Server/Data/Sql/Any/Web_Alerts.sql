-- The newest alerts. Parameters: limit. Rows: as Outbox_After. Index: primary key, backwards.
select o.id, o.at, o.topic, o.device_id, o.payload, d.name as device
from outbox o
left join device d on d.id = o.device_id
where o.topic = 'alert'
order by o.id desc
limit @limit
