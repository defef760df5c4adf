-- Devices of the site that we know ourselves and that say they have that serial number; those of no site for the agent inside the server alone, because whoever else claims their numbers may be another customer's. Parameters: orgId, site, hosted (0, 1), serial. Rows: device_id, report. Index: device_inventory_serial.
select i.device_id, i.report
from device_inventory i
join device d on d.id = i.device_id and d.deleted_at is null and d.org_id = @orgId and (d.site = @site or (@hosted = 1 and d.site is null))
where json_extract(i.report, '$.identity.serial') = @serial and not exists (select 1 from fleet_device f where f.device_id = i.device_id)
