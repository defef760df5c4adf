-- The latest checkpoint of a device. Parameters: deviceId, keyId. Rows: content, signature. Index: primary key.
select content, signature from ledger_checkpoint where device_id = @deviceId and key_id = @keyId order by seq desc limit 1
