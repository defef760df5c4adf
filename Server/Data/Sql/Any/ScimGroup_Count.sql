-- How many groups are provisioned. Parameters: orgId. Rows: one number. Index: scim_group_order.
select count(*) from scim_group where org_id = @orgId
