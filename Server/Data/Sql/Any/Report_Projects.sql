-- Names of projects. Parameters: orgId. Rows: id, name. Index: unique (org_id, code_folded).
select id, name from project where org_id = @orgId
