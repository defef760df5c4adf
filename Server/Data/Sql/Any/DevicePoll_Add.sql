-- The poll row of a new device. Parameters: deviceId, orgId, monitored. Index: primary key.
insert into device_poll (device_id, org_id, monitored) values (@deviceId, @orgId, @monitored) on conflict (device_id) do nothing
