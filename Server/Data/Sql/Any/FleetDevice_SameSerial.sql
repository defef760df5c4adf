-- Devices of that serial number that agents of the same customer meter. Parameters: orgId, customerId, serial. Rows: device_id, report (what it said last). Index: fleet_device_serial.
select d.id as device_id, (select i.report from device_inventory i where i.device_id = d.id) as report
from (
    select distinct f.device_id
    from fleet_device f
    join fleet_agent a on a.id = f.agent_id
    join fleet_node n on n.id = a.node_id
    where f.serial = @serial and a.org_id = @orgId and n.customer_id = @customerId
) m
join device d on d.id = m.device_id and d.deleted_at is null
