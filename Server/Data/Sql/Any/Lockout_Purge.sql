-- Forgets lock-out states that nothing touched for long. Parameter: before. Index: lockout_time.
delete from lockout where updated_at < @before
