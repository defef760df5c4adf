-- The terminal that stands for the pages on a device's own panel; nothing happens when it is there. Parameters: id, orgId, name, deviceId, now. Index: primary key.
insert into terminal (id, org_id, name, name_folded, device_id, model, created_at, updated_at)
values (@id, @orgId, @name, @name, @deviceId, 'panel pages', @now, @now)
on conflict do nothing
