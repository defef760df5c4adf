-- Keeps a try. Parameters: the columns. Rows: none. Index: primary key.
insert into webhook_try (webhook_id, event_id, number, at, took_ms, status, cause)
values (@WebhookId, @EventId, @Number, @At, @TookMs, @Status, @Cause)
on conflict do nothing
