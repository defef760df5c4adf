-- Forgets the checkpoints of a device. Parameters: deviceId. Rows: none. Index: primary key.
delete from ledger_checkpoint where device_id = @deviceId
