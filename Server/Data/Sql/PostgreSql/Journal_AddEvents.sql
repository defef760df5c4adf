-- Appends events to the outbox. Parameters: one array for each column, in this order. Index: primary key.
insert into outbox (at, topic, device_id, payload)
select * from unnest($1, $2, $3, $4)
