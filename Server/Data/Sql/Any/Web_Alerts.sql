-- The newest alarms since a time; of_all is how many there are. Of devices of an organisation, and of no device. Parameters: orgId, since, limit. Rows: OutboxAlert. Index: outbox_alert, backwards.
select o.at, o.payload, d.name as device, count(*) over () as of_all
from outbox o
left join device d on d.id = o.device_id
where o.topic = 'alert' and o.at >= @since and (o.device_id is null or d.org_id = @orgId)
order by o.at desc, o.id desc
limit @limit
