-- Names of people. Parameters: orgId. Rows: id, display_name, department. Index: unique (org_id, user_folded).
select id, display_name, department from person where org_id = @orgId
