-- Keeps a receipt whose key was taken by other content, each content once. Parameters: the columns. Index: unique (device_id, key, hash).
insert into receipt_conflict (id, device_id, key, hash, received_at, content)
values (@id, @deviceId, @key, @hash, @receivedAt, @content)
on conflict (device_id, key, hash) do nothing
