-- Takes the claims on devices whose rows are locked, and prolongs those of which a quarter is over. Parameters: arrays of device and owner, length of a claim in microseconds.
-- Index: primary key.
update device_poll
set claim_token = device_poll.claim_token + case when device_poll.claim_owner is distinct from c.owner then 1 else 0 end,
    claim_owner = c.owner,
    claim_until = (extract(epoch from clock_timestamp()) * 1000000)::bigint + $3
from unnest($1, $2) as c (device_id, owner)
where device_poll.device_id = c.device_id
  and (device_poll.claim_owner is distinct from c.owner or device_poll.claim_until < (extract(epoch from clock_timestamp()) * 1000000)::bigint + $3 * 3 / 4)
