-- How many devices an agent meters. Parameters: agentId. Rows: one number. Index: primary key.
select count(*) from fleet_device where agent_id = @agentId
