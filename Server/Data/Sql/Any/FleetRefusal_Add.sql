-- Something from an agent, or from a stranger, was refused. Parameters: id, now, agentId, sequence, address, reason. Index: primary key.
insert into fleet_refusal (id, at, agent_id, sequence, address, reason) values (@id, @now, @agentId, @sequence, @address, @reason)
