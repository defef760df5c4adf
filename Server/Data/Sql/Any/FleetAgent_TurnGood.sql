-- Takes the mark from agents that something new came of. Parameters: before. Index: one pass.
update fleet_agent set stale_told = 0 where stale_told = 1 and coalesce(last_new_at, enrolled_at) >= @before
