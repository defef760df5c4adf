-- Makes devices due at a time, whoever has them. Parameters: devices, nextDue. Index: primary key.
with chosen as materialized (select p.device_id from device_poll p where p.device_id = any(@devices) order by p.device_id for update)
update device_poll set next_due = @nextDue from chosen where device_poll.device_id = chosen.device_id
