-- Forgets old lines of the access log. Parameter: before. Index: access_log_time.
delete from access_log where at < @before
