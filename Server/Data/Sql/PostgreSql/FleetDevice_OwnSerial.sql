-- Devices of the site that we know ourselves and that say they have that serial number. Parameters: orgId, site, serial. Rows: device_id. Index: device_inventory_serial.
select i.device_id
from device_inventory i
join device d on d.id = i.device_id and d.deleted_at is null and d.org_id = @orgId and (d.site is null or d.site = @site)
where (i.report::jsonb -> 'identity' ->> 'serial') = @serial and not exists (select 1 from fleet_device f where f.device_id = i.device_id)
