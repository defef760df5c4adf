-- A provisioned group. Parameters: orgId, id. Rows: ScimGroupRow, at most one. Index: primary key.
select id, org_id, name, name_folded, external_id, created_at, updated_at from scim_group
where org_id = @orgId and id = @id
