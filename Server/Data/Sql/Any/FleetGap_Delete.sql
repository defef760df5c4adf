-- A gap is closed. Parameters: agentId, first. Index: primary key.
delete from fleet_gap where agent_id = @agentId and first = @first
