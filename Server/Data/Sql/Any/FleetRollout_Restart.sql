-- The time of a package's stages that go up by themselves begins anew. Parameters: id, now. Index: primary key.
update fleet_rollout set changed_at = @now where package_id = @id and raise_hours is not null
