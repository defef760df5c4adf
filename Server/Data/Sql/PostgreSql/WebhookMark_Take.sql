-- Locks the mark; none when another node has it just now. No parameters. Rows: at most one. Index: primary key.
select settled, seen, seen_at from webhook_mark where id = 1 for update skip locked
