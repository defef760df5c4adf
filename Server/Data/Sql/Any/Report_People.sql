-- Names of people. Parameters: orgId. Rows: id, display_name, department, cost_centre. Index: unique (org_id, user_folded).
select id, display_name, department, cost_centre from person where org_id = @orgId
