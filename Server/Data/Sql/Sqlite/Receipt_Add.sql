-- Keeps a receipt. Parameters: the columns. Index: primary key and unique (device_id, key).
insert into receipt (id, device_id, org_id, key, hash, status, received_at, started_at, ended_at, clock_offset_ms, content)
values (@id, @deviceId, @orgId, @key, @hash, @status, @receivedAt, @startedAt, @endedAt, @clockOffsetMs, @content)
