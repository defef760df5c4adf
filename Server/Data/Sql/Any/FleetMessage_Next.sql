-- The first messages of an agent that wait, in order. Parameters: agentId, count. Rows: FleetMessageRow. Index: primary key.
select sequence, first, received_at, correction_ms, body from fleet_message where agent_id = @agentId order by sequence limit @count
