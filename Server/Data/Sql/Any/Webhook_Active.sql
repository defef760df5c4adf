-- Webhooks that events are collected for. No parameters. Rows: WebhookFilter. Index: none, they are few.
select id, org_id, events, from_event from webhook where enabled = 1 and paused_at is null
