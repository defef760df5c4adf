-- Moves the mark of events. Parameters: token, settled, seen, seenAt. Index: primary key.
update alert_sweep set settled = @settled, seen = @seen, seen_at = @seenAt where id = 1 and token = @token
