-- Forgets that something was added to a day late, unless more was added since. Parameters: orgId, day, deviceId, version. Index: primary key.
delete from usage_late where org_id = @orgId and day = @day and device_id = @deviceId and version = @version
