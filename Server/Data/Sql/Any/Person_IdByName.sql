-- The person of a user name. Parameters: orgId, folded. Rows: one id, at most one. Index: unique (org_id, user_folded).
select id from person where org_id = @orgId and user_folded = @folded
