-- Appends events to the outbox. Parameters: the columns. Index: primary key.
insert into outbox (at, topic, device_id, payload)
values (@at, @topic, @deviceId, @payload)
