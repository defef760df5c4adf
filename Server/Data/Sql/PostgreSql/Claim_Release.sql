-- Gives up claims of a node. Parameters: node, devices. Index: primary key.
update device_poll set claim_owner = null, claim_until = 0 where claim_owner = @node and device_id in (select p.device_id from device_poll p where p.device_id = any(@devices) order by p.device_id for update)
