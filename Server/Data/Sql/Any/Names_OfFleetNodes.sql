-- What is called by an id today. Parameters: orgId, id. Rows: a name, at most one. Index: primary key.
select name from fleet_node where id = @id and org_id = @orgId
