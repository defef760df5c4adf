-- A message is applied. Parameters: agentId, sequence. Index: primary key.
delete from fleet_message where agent_id = @agentId and sequence = @sequence
