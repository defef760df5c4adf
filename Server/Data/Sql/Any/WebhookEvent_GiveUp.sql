-- Gives up events that waited too long. Parameters: before, now. Rows: none. Index: webhook_event_time.
update webhook_event set state = 2, ended_at = @now where state = 0 and created_at < @before
