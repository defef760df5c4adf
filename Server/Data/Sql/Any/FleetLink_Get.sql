-- An agent's name of a device, with what is known of the device. Parameters: orgId, agentId, key. Rows: KnownLink, at most one. Index: primary key.
select f.device_id, d.name as device, f.serial, f.address, i.report
from fleet_device f
join fleet_agent a on a.id = f.agent_id and a.org_id = @orgId
join device d on d.id = f.device_id and d.deleted_at is null
left join device_inventory i on i.device_id = f.device_id
where f.agent_id = @agentId and f.key = @key
