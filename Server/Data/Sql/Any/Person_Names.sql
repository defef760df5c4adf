-- What people are found by, all of an organisation. Parameters: orgId. Rows: user_folded, display_name, email, by their places. Index: unique (org_id, user_folded).
select user_folded, display_name, email from person where org_id = @orgId order by user_folded
