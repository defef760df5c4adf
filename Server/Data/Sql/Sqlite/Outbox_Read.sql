-- New messages; the single writer numbers them in the order of commits. Parameter: last. Rows: OutboxMessage. Index: primary key.
select id, at, topic, device_id, payload from outbox where id > @last order by id limit 1000
