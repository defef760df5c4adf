-- The last changes of a device, newest first. Parameters: deviceId, limit. Rows: InventoryChangeRow. Index: device_change_device.
select at, kind, subject, before, after from device_change where device_id = @deviceId order by at desc, id desc limit @limit
