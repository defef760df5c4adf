-- Moves the mark. Parameters: settled, seen, seenAt. Rows: none. Index: primary key.
update webhook_mark set settled = @settled, seen = @seen, seen_at = @seenAt where id = 1
