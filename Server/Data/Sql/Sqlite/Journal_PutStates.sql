-- Replaces a state document. Parameters: deviceId, version, state. Index: primary key.
update device_state set state = @state, version = @version where device_id = @deviceId
