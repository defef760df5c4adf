-- How many rows of the audit log are older. Parameter: before. Rows: one number. Index: audit_log_time.
select count(*) from audit_log where at < @before
