-- The stream of a device. Parameter: deviceId. Rows: document, at most one. Index: primary key.
select state from receipt_stream where device_id = @deviceId
