-- Forgets runs of long ago. Parameters: before. Index: report_delivery_time.
delete from report_delivery where due_at < @before and state >= 3
