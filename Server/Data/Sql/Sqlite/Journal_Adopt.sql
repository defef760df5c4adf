-- Makes the state and poll rows of a device that has none yet. Parameter: deviceId. Index: primary keys.
insert into device_state (device_id, org_id) select id, org_id from device where id = @deviceId on conflict (device_id) do nothing;
insert into device_poll (device_id, org_id) select id, org_id from device where id = @deviceId on conflict (device_id) do nothing
