-- Whether a device is polled. Parameters: id, monitored. Index: primary key.
update device_poll set monitored = @monitored where device_id = @id
