-- Replaces streams. Parameters: arrays of device, document. Index: primary key.
update receipt_stream set state = s.state from unnest($1, $2) as s (device_id, state) where receipt_stream.device_id = s.device_id and receipt_stream.device_id = any($1)
