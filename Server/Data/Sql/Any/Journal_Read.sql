-- A device's state as committed. Parameter: deviceId. Rows: document (null before the first decision), owner and token of the claim. Index: primary keys.
select s.state, p.claim_owner, p.claim_token
from device_state s
join device_poll p on p.device_id = s.device_id
where s.device_id = @deviceId
