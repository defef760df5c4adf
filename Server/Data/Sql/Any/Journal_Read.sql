-- A device's state as committed. Parameter: deviceId. Rows: the document, null before the first decision. Index: primary key.
select state from device_state where device_id = @deviceId
