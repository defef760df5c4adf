-- An agent's name of a device that somebody else reads too: another agent, the same one by another name, or this installation itself; with what is known of the device. Parameters: orgId, agentId, key. Rows: KnownLink, at most one. Index: primary key, fleet_device_device.
select f.device_id, d.name as device, f.serial, f.address, i.report
from fleet_device f
join fleet_agent a on a.id = f.agent_id and a.org_id = @orgId
join device d on d.id = f.device_id and d.deleted_at is null
left join device_inventory i on i.device_id = f.device_id
where f.agent_id = @agentId and f.key = @key
  and (exists (select 1 from fleet_device g where g.device_id = f.device_id and (g.agent_id <> f.agent_id or g.key <> f.key))
    or exists (select 1 from device_poll k where k.device_id = f.device_id and k.monitored = 1))
