-- Sets what happens at a device when a hard limit is used up. Parameters: orgId, name (folded), locks (0, 1). Index: unique (org_id, name_folded).
update device set locks_at_zero = @locks where org_id = @orgId and name_folded = @name and deleted_at is null
