-- A stage goes. Parameters: id, nodeId. Index: primary key.
delete from fleet_rollout where package_id = @id and node_id = @nodeId
