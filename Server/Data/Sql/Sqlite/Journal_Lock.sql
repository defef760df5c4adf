-- The state of a device inside the writer's transaction. Parameter: deviceId.
-- Rows: organisation, document, owner and token of the claim. Index: primary keys.
select s.org_id, s.state, p.claim_owner, p.claim_token
from device_state s
join device_poll p on p.device_id = s.device_id
where s.device_id = @deviceId
