-- Makes the streams of devices that send for the first time. Parameter: array of devices; those that do not exist are passed over. Index: primary keys.
insert into receipt_stream (device_id, state)
select d.id, '{}' from device d where d.id = any($1) order by d.id
on conflict (device_id) do nothing
