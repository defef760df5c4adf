-- Forgets the names under which devices know a person. Parameters: orgId, id, folded. Reads the table, which is small.
delete from account_name where org_id = @orgId and (person_id = @id or (kind = 0 and value_folded = @folded))
