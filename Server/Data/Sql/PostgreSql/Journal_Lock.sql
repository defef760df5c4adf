-- Locks the devices of a batch in the order of their ids. Parameter: array of devices. Rows: device, organisation, version, document. Index: primary key.
select device_id, org_id, version, state from device_state where device_id = any($1) order by device_id for update
