-- Locks the devices of a batch in the order of their ids. Parameter: array of devices.
-- Rows: device, organisation, version, document, owner and token of the claim. Index: primary keys.
select s.device_id, s.org_id, s.version, s.state, p.claim_owner, p.claim_token
from device_state s
join device_poll p on p.device_id = s.device_id
where s.device_id = any($1)
order by s.device_id
for update
