-- Forgets old messages; alerts are kept longer, because people read them. Parameters: before, alertsBefore. Rows: none. Index: outbox_time.
delete from outbox where at < @before and (topic <> 'alert' or at < @alertsBefore)
