-- Forgets old lines of the access log. Parameters: before, limit. Index: access_log_time.
delete from access_log where id in (select id from access_log where at < @before order by at limit @limit)
