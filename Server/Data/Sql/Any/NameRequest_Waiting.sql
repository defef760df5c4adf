-- How many wishes of somebody wait. Parameters: orgId, actor. Rows: one number. Index: name_request_org.
select count(*) from name_request where org_id = @orgId and asked_by = @actor and decided_at is null
