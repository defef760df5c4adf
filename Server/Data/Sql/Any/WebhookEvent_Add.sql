-- An event to be sent to a webhook. Parameters: the columns. Rows: none. Index: primary key.
insert into webhook_event (webhook_id, event_id, kind, at, device_id, payload, next_due, created_at)
values (@webhookId, @eventId, @kind, @at, @deviceId, @payload, @now, @now)
on conflict do nothing
