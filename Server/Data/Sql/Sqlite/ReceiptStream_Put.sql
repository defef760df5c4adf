-- Keeps the stream of a device. Parameters: deviceId, state. Index: primary key.
insert into receipt_stream (device_id, state) values (@deviceId, @state) on conflict (device_id) do update set state = excluded.state
