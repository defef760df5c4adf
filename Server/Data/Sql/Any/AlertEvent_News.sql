-- Alarms of devices that rules have not looked at. Parameters: after, limit. Rows: AlertNews. Index: primary keys.
select o.id, o.at, o.device_id, o.payload
from outbox o
where o.id > @after and o.topic = 'alert' and o.device_id is not null and not exists (select 1 from alert_event e where e.event_id = o.id)
order by o.id
limit @limit
