-- Appends readings. Parameters: the columns. Index: primary key.
insert into reading (device_id, seq, at, confirmed_at, uptime, token, epoch, boot, status, trigger, serial, meters)
values (@deviceId, @seq, @at, @confirmedAt, @uptime, @token, @epoch, @boot, @status, @trigger, @serial, @meters)
