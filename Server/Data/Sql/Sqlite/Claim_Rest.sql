-- Makes devices due at a time, those that the node still has. Parameters: node, devices, nextDue. Index: primary key.
update device_poll set next_due = @nextDue where claim_owner = @node and device_id in @devices
