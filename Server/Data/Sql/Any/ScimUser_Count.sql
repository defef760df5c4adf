-- How many people are provisioned. Parameters: orgId. Rows: one number. Index: scim_user_order.
select count(*) from scim_user where org_id = @orgId
