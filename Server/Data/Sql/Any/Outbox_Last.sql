-- The id of the newest message, 0 without one. Parameters: none. Rows: one. Index: primary key.
select coalesce(max(id), 0) from outbox
