-- A message of an agent came: locks the agent's row. Parameters: id, now, offMs, address. Rows: applied_through; none when there is no such agent or it is revoked. Index: primary key.
update fleet_agent set last_seen_at = @now, clock_off_ms = @offMs, address = @address
where id = @id and revoked_at is null
returning applied_through
