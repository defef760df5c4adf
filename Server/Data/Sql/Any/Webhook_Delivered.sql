-- The receiver took an event: it does not fail now. Parameter: id. Rows: none. Index: primary key.
update webhook set failures = 0, failing_since = null, next_due = 0 where id = @id and (failures > 0 or failing_since is not null)
