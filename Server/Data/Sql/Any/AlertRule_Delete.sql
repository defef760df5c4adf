-- Deletes a rule. Parameters: id, orgId. Index: primary key.
delete from alert_rule where id = @id and org_id = @orgId
