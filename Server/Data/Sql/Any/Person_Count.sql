-- How many people an organisation has. Parameters: orgId. Rows: one number. Index: unique (org_id, user_folded).
select count(*) from person where org_id = @orgId
