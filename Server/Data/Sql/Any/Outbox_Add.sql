-- Appends a message to the outbox. Parameters: at, topic, deviceId, payload (JSON). Rows: none. Index: primary key.
insert into outbox (at, topic, device_id, payload) values (@at, @topic, @deviceId, @payload)
