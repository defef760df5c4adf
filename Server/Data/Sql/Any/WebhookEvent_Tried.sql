-- Keeps what came of a try. Parameters: webhookId, eventId, state, nextDue, endedAt. Rows: how many tries there were, none when the event is gone. Index: primary key.
update webhook_event set tries = tries + 1, state = @state, next_due = @nextDue, ended_at = @endedAt
where webhook_id = @webhookId and event_id = @eventId
returning tries
