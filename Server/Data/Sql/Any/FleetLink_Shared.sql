-- Devices that agents tell of at two places at one time, by one serial number: other sites, other addresses, or another name at the same agent. Parameters: orgId, freshAfter, limit. Rows: DoubtfulLinkRow, one for each place behind the first.
-- Index: fleet_device_device.
select f.agent_id, f.key, f.device_id, d.name as device, d.site as device_site, a.name as agent, n.name as site, f.serial, f.address, f.first_seen_at, f.reading_at, 'shared' as why
from (select x.device_id from fleet_device x group by x.device_id having count(*) > 1) m
join fleet_device f on f.device_id = m.device_id and f.silent_since is null and coalesce(f.reading_at, f.inventory_at) >= @freshAfter
join fleet_agent a on a.id = f.agent_id and a.revoked_at is null
join fleet_node n on n.id = a.node_id
join device d on d.id = f.device_id and d.deleted_at is null
where a.org_id = @orgId and exists (
    select 1 from fleet_device g
    join fleet_agent b on b.id = g.agent_id and b.revoked_at is null
    where g.device_id = f.device_id and (g.agent_id <> f.agent_id or g.key <> f.key)
      and (g.first_seen_at < f.first_seen_at or (g.first_seen_at = f.first_seen_at and (g.agent_id < f.agent_id or (g.agent_id = f.agent_id and g.key < f.key))))
      and g.silent_since is null and coalesce(g.reading_at, g.inventory_at) >= @freshAfter
      and (b.node_id <> a.node_id or b.id = a.id or g.address <> f.address))
order by d.name_folded, a.id
limit @limit
