-- Numbers of an agent's present key that never came. Parameters: agentId, generation, first, last, now. Index: primary key.
insert into fleet_gap (agent_id, first, last, seen_at)
select a.id, @first, @last, @now from fleet_agent a where a.id = @agentId and a.generation = @generation
on conflict (agent_id, first) do nothing
