-- Adds one change. Parameters: id, deviceId, at, kind, subject, before, after.
insert into device_change (id, device_id, at, kind, subject, before, after) values (@id, @deviceId, @at, @kind, @subject, @before, @after)
