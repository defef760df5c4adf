-- Nothing to lock: one writes at a time. Parameters: orgId. Rows: its id. Index: primary key.
select id from organisation where id = @orgId
