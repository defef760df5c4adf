-- Prolongs the claims that a node still has. Parameters: node, devices, length (microseconds), nextDue (null leaves it).
-- Rows: the devices that it has. Index: primary key. Rows are locked in one order, and joined: under IN the lock is looked for again for each row.
with chosen as materialized (select p.device_id from device_poll p where p.device_id = any(@devices) order by p.device_id for update)
update device_poll
set claim_until = (extract(epoch from clock_timestamp()) * 1000000)::bigint + @length,
    next_due = coalesce(@nextDue, next_due)
from chosen
where device_poll.device_id = chosen.device_id and device_poll.claim_owner = @node
returning device_poll.device_id
