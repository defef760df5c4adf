-- Forgets whose a name is. Parameters: orgId, kind, folded. Index: primary key.
delete from account_name where org_id = @orgId and kind = @kind and value_folded = @folded
