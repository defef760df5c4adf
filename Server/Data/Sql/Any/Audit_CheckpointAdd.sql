-- Keeps a checkpoint. Parameters: the columns. Rows: none. Index: primary key.
insert into ledger_checkpoint (device_id, epoch, seq, at, content, key_id, signature)
values (@deviceId, @epoch, @seq, @at, @content, @keyId, @signature)
