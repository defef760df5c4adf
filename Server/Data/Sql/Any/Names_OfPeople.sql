-- What is called by an id today. Parameters: orgId, id. Rows: a name, at most one. Index: primary key.
select coalesce(display_name,user_name) from person where id = @id and org_id = @orgId
