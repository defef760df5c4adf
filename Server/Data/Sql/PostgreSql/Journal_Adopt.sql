-- Makes the state and poll rows of devices that have none yet. Parameter: array of devices. Index: primary keys.
with adopted as (
    insert into device_state (device_id, org_id) select id, org_id from device where id = any($1) order by id on conflict (device_id) do nothing
)
insert into device_poll (device_id, org_id) select id, org_id from device where id = any($1) order by id on conflict (device_id) do nothing
