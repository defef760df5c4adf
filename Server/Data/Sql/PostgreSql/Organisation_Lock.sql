-- Lets one at a time add devices that agents found; inserts that refer to the organisation go on. Parameters: orgId. Rows: its id. Index: primary key.
select id from organisation where id = @orgId for no key update
