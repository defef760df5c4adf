-- The mark; the single writer is alone with it. No parameters. Rows: one. Index: primary key.
select settled, seen, seen_at from webhook_mark where id = 1
