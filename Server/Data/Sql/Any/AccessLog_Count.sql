-- How many lines of the access log are older. Parameter: before. Rows: one number. Index: access_log_time.
select count(*) from access_log where at < @before
