-- The state row of a new device. Parameters: deviceId, orgId. Index: primary key.
insert into device_state (device_id, org_id, version, state) values (@deviceId, @orgId, 0, null) on conflict (device_id) do nothing
