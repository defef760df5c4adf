-- Ids of all people of an organisation or a department. Parameters: orgId, department (null: all). Rows: ids. Index: unique (org_id, user_folded).
select id from person where org_id = @orgId and (cast(@department as text) is null or department = @department)
