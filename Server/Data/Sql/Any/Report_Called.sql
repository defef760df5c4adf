-- What people are called in reports. Parameters: orgId. Rows: id, name, by their places. Index: unique (org_id, user_folded).
select id, coalesce(display_name, user_name) from person where org_id = @orgId
