-- New messages, and late ones whose numbers were skipped. Parameters: last, gaps. Rows: OutboxMessage. Index: primary key.
(select id, at, topic, device_id, payload from outbox where id > @last order by id limit 1000)
union all
(select id, at, topic, device_id, payload from outbox where id = any(@gaps))
order by id
