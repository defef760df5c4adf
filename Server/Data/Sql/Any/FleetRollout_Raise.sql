-- A stage goes up by a step, unless somebody changed or halted it meanwhile. Parameters: id, nodeId, share, since, next, now. Index: primary key.
update fleet_rollout set share = @next, changed_at = @now
where package_id = @id and node_id = @nodeId and share = @share and changed_at = @since
  and exists (select 1 from fleet_package p where p.id = @id and p.halted_at is null)
