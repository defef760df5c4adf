-- Devices of that serial number that agents of the same customer meter. Parameters: orgId, customerId, serial. Rows: device_id. Index: fleet_device_serial.
select distinct f.device_id
from fleet_device f
join fleet_agent a on a.id = f.agent_id
join fleet_node n on n.id = a.node_id
join device d on d.id = f.device_id and d.deleted_at is null
where f.serial = @serial and a.org_id = @orgId and n.customer_id = @customerId
