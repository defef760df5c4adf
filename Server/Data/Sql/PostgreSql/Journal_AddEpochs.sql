-- Appends epochs. Parameters: one array for each column, in this order. Index: primary key.
insert into epoch (device_id, epoch, opened_at, reason, serial, counters)
select * from unnest($1, $2, $3, $4, $5, $6)
