-- Numbers that never came. Parameters: agentId, first, last, now. Index: primary key.
insert into fleet_gap (agent_id, first, last, seen_at) values (@agentId, @first, @last, @now) on conflict (agent_id, first) do nothing
