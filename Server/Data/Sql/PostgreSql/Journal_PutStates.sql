-- Replaces state documents. Parameters: arrays of device, version, document. Index: primary key.
update device_state
set state = s.state, version = s.version
from unnest($1, $2, $3) as s (device_id, version, state)
where device_state.device_id = s.device_id
