-- Kept reports that are narrowed to some user. Parameters: orgId. Rows: id, address. Reads the table, which is small.
select id, address from saved_report where org_id = @orgId and address like '%user=%'
