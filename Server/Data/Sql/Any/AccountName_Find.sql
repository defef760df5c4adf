-- Whose a name is. Parameters: orgId, kind, folded. Rows: person_id, project_id, at most one. Index: primary key.
select person_id, project_id from account_name where org_id = @orgId and kind = @kind and value_folded = @folded
