-- A stage of a package: the share of the agents of a node (0: everyone), 0 to 100, raised by itself every so many hours (null: never). Parameters: id, nodeId, share, hours, now. Index: primary key.
insert into fleet_rollout (package_id, node_id, share, raise_hours, changed_at) values (@id, @nodeId, @share, @hours, @now)
on conflict (package_id, node_id) do update set share = excluded.share, raise_hours = excluded.raise_hours, changed_at = excluded.changed_at
