-- The receiver did not take an event. Parameters: id, now. Rows: failures in a row and since when. Index: primary key.
update webhook set failures = failures + 1, failing_since = coalesce(failing_since, @now) where id = @id
returning failures, failing_since
