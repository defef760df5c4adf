-- Events that are due for a webhook, the oldest first. Parameters: webhookId, now, count. Rows: WebhookEventRow. Index: webhook_event_due.
select e.webhook_id, e.event_id, e.kind, e.at, e.device_id, e.payload, e.state, e.tries, e.next_due, e.created_at, e.ended_at, d.name as device, d.site
from webhook_event e
left join device d on d.id = e.device_id
where e.webhook_id = @webhookId and e.state = 0 and e.next_due <= @now
order by e.event_id
limit @count
