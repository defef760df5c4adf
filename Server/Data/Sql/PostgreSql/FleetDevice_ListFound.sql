-- Metered devices of a whole organisation with a text in name, site, agent, serial number or address, by name, from a place on: each of these is looked through by itself. Parameters: orgId, text (folded), find (a pattern of it), state (silent, stale, good; null = all), staleBefore, reports (1: with what the device said last), after (folded name), afterId, limit. Rows: FleetDeviceRow. Index: unique (org_id, name_folded) of device is all that is read of names; one pass of fleet_device.
-- What is found is looked up one by one (offset 0), because the planner expects many, and would join all that there are.
with seen as materialized (
    select a.id, case when strpos(a.name_folded, @text) > 0 or strpos(n.name_folded, @text) > 0 then 1 else 0 end as hit
    from fleet_agent a
    join fleet_node n on n.id = a.node_id
    where a.org_id = @orgId
), hits as materialized (
    select x.id from device x where x.org_id = @orgId and strpos(x.name_folded, @text) > 0
    union
    select f.device_id from fleet_device f where f.serial ilike @find escape '\' or strpos(f.address, @text) > 0
    union
    select f.device_id from seen s join fleet_device f on f.agent_id = s.id where s.hit = 1
)
select p.device_id, p.name, p.name_folded, p.location, p.site, p.agent, p.agent_id, p.revoked_at, p.address, p.serial, p.first_seen_at, p.reading_at, p.inventory_at, p.silent_since, p.silent_reason,
       case when @reports = 1 then (select i.report from device_inventory i where i.device_id = p.device_id) end as report
from (
    select d.id as device_id, d.name, d.name_folded, d.location, n.name as site, a.name as agent, a.id as agent_id, a.revoked_at,
           f.address, f.serial, f.first_seen_at, f.reading_at, f.inventory_at, f.silent_since, f.silent_reason
    from hits h
    join lateral (select x.* from device x where x.id = h.id offset 0) d on true
    join lateral (select x.* from fleet_device x where x.device_id = d.id offset 0) f on true
    join fleet_agent a on a.id = f.agent_id
    join fleet_node n on n.id = a.node_id
    where d.deleted_at is null and d.name_folded >= @after and (d.name_folded > @after or a.id > @afterId)
      and (cast(@state as text) is null
       or @state = case when f.silent_since is not null then 'silent' when coalesce(f.reading_at, f.inventory_at, f.first_seen_at) < @staleBefore then 'stale' else 'good' end)
    order by d.name_folded, a.id
    limit @limit) p
order by p.name_folded, p.agent_id
