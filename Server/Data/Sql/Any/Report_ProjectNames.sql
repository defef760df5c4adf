-- Projects as reports name them. Parameters: orgId. Rows: id, code, name. Index: unique (org_id, code_folded).
select id, code, name from project where org_id = @orgId
