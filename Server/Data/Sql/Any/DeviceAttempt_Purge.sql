-- Forgets refused messages. Parameter: before. Index: device_attempt_time.
delete from device_attempt where at < @before
