-- Makes devices due at a time, whoever has them. Parameters: devices, nextDue. Index: primary key.
update device_poll set next_due = @nextDue where device_id in (select p.device_id from device_poll p where p.device_id = any(@devices) order by p.device_id for update)
