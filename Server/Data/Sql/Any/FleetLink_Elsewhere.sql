-- Devices that this installation reads itself and that an agent of another site says to meter too: before serial numbers had to match a site, such were taken for one. Parameters: orgId, limit. Rows: DoubtfulLinkRow.
-- Index: device_poll_due holds those that are read here, fleet_device_device; in this order, because most devices are read by agents alone.
select f.agent_id, f.key, f.device_id, d.name as device, d.site as device_site, a.name as agent, n.name as site, f.serial, f.address, f.first_seen_at, f.reading_at, 'elsewhere' as why
from device_poll k
cross join device d
cross join fleet_device f
cross join fleet_agent a
cross join fleet_node n
where k.monitored = 1 and d.id = k.device_id and d.deleted_at is null and d.org_id = @orgId and f.device_id = d.id and a.id = f.agent_id and n.id = a.node_id
  and ((d.site is null and a.hosted = 0) or d.site <> n.name)
order by d.name_folded, a.id
limit @limit
