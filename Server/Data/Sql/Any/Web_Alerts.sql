-- The newest alarms since a time; of_all is how many there are. Parameters: since, limit. Rows: OutboxAlert. Index: outbox_alert, backwards.
select o.at, o.payload, d.name as device, count(*) over () as of_all
from outbox o
left join device d on d.id = o.device_id
where o.topic = 'alert' and o.at >= @since
order by o.at desc, o.id desc
limit @limit
