-- Makes the state rows of devices that have none yet. Parameter: array of devices. Index: primary keys.
insert into device_state (device_id, org_id) select id, org_id from device where id = any($1) order by id on conflict (device_id) do nothing
