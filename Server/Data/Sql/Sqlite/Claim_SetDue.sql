-- Makes devices due at a time, whoever has them. Parameters: devices, nextDue. Index: primary key.
update device_poll set next_due = @nextDue where device_id in @devices
