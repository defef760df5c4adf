-- Forgets old messages. Parameter: before. Index: outbox_time.
delete from outbox where at < @before
