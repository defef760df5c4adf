-- Moves the confirmation of a reading. Parameters: deviceId, seq, confirmedAt. Index: primary key.
update reading set confirmed_at = @confirmedAt where device_id = @deviceId and seq = @seq
