-- What was added to a day late, in the order in which writers lock. Parameters: orgId, day. Rows: device_id, version. Index: primary key.
select device_id, version from usage_late where org_id = @orgId and day = @day order by device_id
