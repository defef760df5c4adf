-- The project of a code. Parameters: orgId, folded. Rows: one id, at most one. Index: unique (org_id, code_folded).
select id from project where org_id = @orgId and code_folded = @folded
