-- Locks the streams of a batch in the order of their devices. Parameter: array of devices. Rows: device, document. Index: primary key.
select device_id, state from receipt_stream where device_id = any($1) order by device_id for update
