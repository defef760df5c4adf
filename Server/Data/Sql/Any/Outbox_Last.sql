-- Number of the newest message. Rows: one, 0 for none.
select coalesce(max(id), 0) from outbox
