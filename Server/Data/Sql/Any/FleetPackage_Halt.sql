-- Stops offering a package, or goes on with it (reason null). Parameters: orgId, id, now, reason. Index: primary key.
update fleet_package set halted_at = case when cast(@reason as text) is null then null else cast(@now as bigint) end, halted_reason = @reason where org_id = @orgId and id = @id
