-- The newest alerts about devices of an organisation, and about no device. Parameters: orgId, limit. Rows: as Outbox_After. Index: primary key, backwards.
select o.id, o.at, o.topic, o.device_id, o.payload, d.name as device
from outbox o
left join device d on d.id = o.device_id
where o.topic = 'alert' and (o.device_id is null or d.org_id = @orgId)
order by o.id desc
limit @limit
