-- Ids of all people of an organisation or some departments. Parameters: orgId, whole (1: all) or departments. Rows: ids. Index: unique (org_id, user_folded).
select id from person where org_id = @orgId and (@whole = 1 or department = any(@departments))
