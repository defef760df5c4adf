-- A device's last inventory. Parameters: deviceId. Rows: InventoryRow, at most one. Index: primary key.
select read_at, report from device_inventory where device_id = @deviceId
