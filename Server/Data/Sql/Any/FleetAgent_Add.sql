-- Adds an agent. Parameters: id, orgId, nodeId, name, folded, now. Index: primary key.
insert into fleet_agent (id, org_id, node_id, name, name_folded, created_at) values (@id, @orgId, @nodeId, @name, @folded, @now)
