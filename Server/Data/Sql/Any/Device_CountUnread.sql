-- Devices that this installation reads itself and that have not told yet what they are. Parameters: orgId. Index: primary keys.
select count(*)
from device d
join device_poll p on p.device_id = d.id and p.monitored = 1
where d.org_id = @orgId and d.deleted_at is null and d.enabled = 1 and not exists (select 1 from device_inventory i where i.device_id = d.id)
