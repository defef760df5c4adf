-- Makes devices due at a time, those that the node still has. Parameters: node, devices, nextDue. Index: primary key.
with chosen as materialized (select p.device_id from device_poll p where p.device_id = any(@devices) order by p.device_id for update)
update device_poll set next_due = @nextDue from chosen where device_poll.device_id = chosen.device_id and device_poll.claim_owner = @node
