-- The first messages of an agent that wait, in order, those of older keys first. Parameters: agentId, count. Rows: FleetMessageRow. Index: primary key.
select generation, sequence, first, received_at, correction_ms, body from fleet_message where agent_id = @agentId order by generation, sequence limit @count
