-- A stage of a package: the share of the agents of a node (0: everyone), 0 to 100. Parameters: id, nodeId, share, now. Index: primary key.
insert into fleet_rollout (package_id, node_id, share, changed_at) values (@id, @nodeId, @share, @now)
on conflict (package_id, node_id) do update set share = excluded.share, changed_at = excluded.changed_at
