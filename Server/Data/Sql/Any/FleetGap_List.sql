-- Numbers of an agent that never came, in order. Parameters: agentId. Rows: first, last, seen_at. Index: primary key.
select first, last, seen_at from fleet_gap where agent_id = @agentId order by first
