-- How many messages of an agent wait. Parameters: agentId. Rows: one number. Index: primary key.
select count(*) from fleet_message where agent_id = @agentId
