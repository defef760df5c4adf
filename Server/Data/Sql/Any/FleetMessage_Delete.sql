-- A message is applied. Parameters: agentId, generation, sequence. Index: primary key.
delete from fleet_message where agent_id = @agentId and generation = @generation and sequence = @sequence
