-- Forgets ended events. Parameter: before. Rows: none. Index: webhook_event_time.
delete from webhook_event where state <> 0 and created_at < @before
