-- Keeps a message that was refused. Parameters: the columns. Index: primary key.
insert into device_attempt (id, at, device_id, address, kind, detail) values (@id, @at, @deviceId, @address, @kind, @detail)
