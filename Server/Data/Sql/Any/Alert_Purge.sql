-- Forgets alerts that ended before a time, with their tellings. Parameters: before. Index: alert_resolved.
delete from alert where resolved_at < @before and state = 3
