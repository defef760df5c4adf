-- Appends readings. Parameters: one array for each column, in this order. Index: primary key.
insert into reading (device_id, seq, at, confirmed_at, uptime, token, epoch, boot, status, trigger, serial, meters)
select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
