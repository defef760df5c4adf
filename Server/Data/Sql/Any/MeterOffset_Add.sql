-- Appends an offset of a meter. Parameters: id, deviceId, counter, epoch (null: no swap was seen), at, pages, ledger, reason, by, now.
insert into meter_offset (id, device_id, counter, epoch, at, pages, ledger, reason, entered_by, entered_at) values (@id, @deviceId, @counter, @epoch, @at, @pages, @ledger, @reason, @by, @now)
