-- Makes an event due again, whatever became of it. Parameters: webhookId, eventId, now. Rows: none. Index: primary key.
update webhook_event set state = 0, next_due = @now, ended_at = null, created_at = @now where webhook_id = @webhookId and event_id = @eventId
