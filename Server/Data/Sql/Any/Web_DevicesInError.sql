-- Devices that answer and stand still by their last inventory, the newest first. Parameters: orgId, limit. Rows: ErrorDevice. Index: device_inventory_trouble.
select d.name, i.trouble, i.read_at
from device_inventory i
join device d on d.id = i.device_id
left join device_poll k on k.device_id = d.id
where i.trouble is not null and k.unreachable_since is null and d.org_id = @orgId and d.deleted_at is null
order by i.read_at desc
limit @limit
