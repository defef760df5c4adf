-- Makes all that waits for a webhook due now. Parameters: id, now. Rows: none. Index: webhook_event_due.
update webhook_event set next_due = @now where webhook_id = @id and state = 0
