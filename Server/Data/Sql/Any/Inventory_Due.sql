-- When a device's inventory was read last, and how often it wants to be. Parameters: deviceId. Rows: InventoryDue, at most one. Index: primary keys.
select d.inventory_seconds as seconds, i.read_at
from device d left join device_inventory i on i.device_id = d.id
where d.id = @deviceId
