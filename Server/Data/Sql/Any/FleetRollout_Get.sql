-- A stage of a package. Parameters: id, nodeId. Rows: FleetRolloutRow without names, at most one. Index: primary key.
select package_id, node_id, share, raise_hours, changed_at from fleet_rollout where package_id = @id and node_id = @nodeId
