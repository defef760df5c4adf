-- Names of devices that lock when a limit is used up. Parameters: orgId. Rows: name. Index: none, devices are few and this is a page's question.
select name from device where org_id = @orgId and locks_at_zero <> 0 and deleted_at is null order by name_folded
