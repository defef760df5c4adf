-- Tries of a span of events of a webhook. Parameters: webhookId, first, last (event_id). Rows: WebhookTryRow. Index: primary key.
select webhook_id, event_id, number, at, took_ms, status, cause
from webhook_try
where webhook_id = @webhookId and event_id >= @first and event_id <= @last
order by event_id desc, number
limit 2000
