-- Some provisioned groups in the order of their ids. Parameters: orgId, offset, limit. Rows: ScimGroupRow. Index: scim_group_order.
select id, org_id, name, name_folded, external_id, created_at, updated_at from scim_group
where org_id = @orgId
order by id
limit @limit offset @offset
