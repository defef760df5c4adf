-- Which of these are provisioned. Parameters: orgId, ids. Rows: id. Index: primary key.
select person_id from scim_user where org_id = @orgId and person_id = any(@ids)
