-- The state of a device inside the writer's transaction. Parameter: deviceId. Rows: organisation, document. Index: primary key.
select org_id, state from device_state where device_id = @deviceId
