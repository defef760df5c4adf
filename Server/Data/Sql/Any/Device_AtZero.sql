-- What happens at a device when a hard limit is used up. Parameters: orgId, name (folded). Rows: id, locks_at_zero; at most one. Index: unique (org_id, name_folded).
select id, locks_at_zero from device where org_id = @orgId and name_folded = @name and deleted_at is null
