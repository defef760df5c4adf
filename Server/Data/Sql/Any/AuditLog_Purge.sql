-- Forgets old rows of the audit log. Parameters: before, limit. Index: audit_log_time.
delete from audit_log where id in (select id from audit_log where at < @before order by at limit @limit)
