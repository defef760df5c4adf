-- Appends a message to the outbox. Parameters: now, topic, deviceId, payload (JSON). Index: primary key.
insert into outbox (at, topic, device_id, payload) values (@now, @topic, @deviceId, @payload)
