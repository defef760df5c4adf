-- Events of a webhook, the newest first. Parameters: webhookId, before (event_id), limit. Rows: WebhookEventRow. Index: primary key.
select e.webhook_id, e.event_id, e.kind, e.at, e.device_id, e.payload, e.state, e.tries, e.next_due, e.created_at, e.ended_at, d.name as device, d.site
from webhook_event e
left join device d on d.id = e.device_id
where e.webhook_id = @webhookId and e.event_id < @before
order by e.event_id desc
limit @limit
