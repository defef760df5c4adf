-- Appends epochs. Parameters: the columns. Index: primary key.
insert into epoch (device_id, epoch, opened_at, reason, serial, counters)
values (@deviceId, @epoch, @openedAt, @reason, @serial, @counters)
