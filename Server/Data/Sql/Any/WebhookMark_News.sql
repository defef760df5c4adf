-- Messages that may be events of a webhook and were not spread. Parameters: after, limit. Rows: WebhookNews. Index: primary key, webhook_event_of.
select o.id, o.at, o.topic, o.device_id, o.payload, d.org_id
from outbox o
left join device d on d.id = o.device_id
where o.id > @after and o.topic in ('session.settled', 'alert', 'supply.low', 'alert.raised', 'alert.resolved', 'alert.noted', 'agent.stale', 'device.stale', 'meterReads.ready') and not exists (select 1 from webhook_event e where e.event_id = o.id)
order by o.id
limit @limit
