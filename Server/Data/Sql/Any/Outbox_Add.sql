-- Appends a message. Parameters: at, topic, deviceId, payload.
insert into outbox (at, topic, device_id, payload) values (@at, @topic, @deviceId, @payload)
