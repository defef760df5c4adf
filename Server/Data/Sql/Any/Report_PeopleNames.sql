-- People as reports name them. Parameters: orgId. Rows: id, user_name, display_name, department, cost_centre. Index: unique (org_id, user_folded).
select id, user_name, display_name, department, cost_centre from person where org_id = @orgId
