-- A provisioned group by name. Parameters: orgId, folded. Rows: ScimGroupRow, at most one. Index: unique (org_id, name_folded).
select id, org_id, name, name_folded, external_id, created_at, updated_at from scim_group
where org_id = @orgId and name_folded = @folded
