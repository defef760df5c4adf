-- A message of an agent came: locks the agent's row. Parameters: id, generation (of the key that signed it), now, offMs, address. Rows: applied_through; none when there is no such agent, it is revoked, or has another key now. Index: primary key.
update fleet_agent set last_seen_at = @now, clock_off_ms = @offMs, address = @address
where id = @id and revoked_at is null and generation = @generation
returning applied_through
