-- Metered devices of a whole organisation with their agent and site, by name, from a place on: read in the order of names, and no further than the page goes. Parameters: orgId, reports (1: with what the device said last), after (folded name), afterId, limit. Rows: FleetDeviceRow. Index: unique (org_id, name_folded) of device, fleet_device_device.
select d.id as device_id, d.name, d.name_folded, d.location, n.name as site, a.name as agent, a.id as agent_id, a.revoked_at,
       f.address, f.serial, f.first_seen_at, f.reading_at, f.inventory_at, f.silent_since, f.silent_reason,
       case when @reports = 1 then (select i.report from device_inventory i where i.device_id = d.id) end as report
from device d
join fleet_device f on f.device_id = d.id
join fleet_agent a on a.id = f.agent_id
join fleet_node n on n.id = a.node_id
where d.org_id = @orgId and d.deleted_at is null and d.name_folded >= @after and (d.name_folded > @after or a.id > @afterId)
order by d.name_folded, a.id
limit @limit
