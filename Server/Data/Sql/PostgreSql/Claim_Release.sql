-- Gives up claims of a node. Parameters: node, devices. Index: primary key.
with chosen as materialized (select p.device_id from device_poll p where p.device_id = any(@devices) order by p.device_id for update)
update device_poll set claim_owner = null, claim_until = 0 from chosen where device_poll.device_id = chosen.device_id and device_poll.claim_owner = @node
