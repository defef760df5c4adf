-- The gap that a number falls into. Parameters: agentId, sequence. Rows: first, last, seen_at; at most one. Index: primary key.
select first, last, seen_at from fleet_gap where agent_id = @agentId and first <= @sequence and last >= @sequence
