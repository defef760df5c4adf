-- Metered devices of some agents, by name, from a place on. Parameters: orgId, whole (1: all), sites, nodes (dealers or customers; what somebody sees, any of them), askedSite (null = all), agent (folded name; null = all), text (folded; in name, site, agent, serial number or address; null = all), find (a pattern of it), state (silent, stale, good; null = all), staleBefore, reports (1: with what the device said last), after (folded name), afterId, limit. Rows: FleetDeviceRow. Index: primary key of fleet_device.
with seen as materialized (
    select a.id, a.name, n.name as site, a.revoked_at, case when cast(@text as text) is null or strpos(a.name_folded, @text) > 0 or strpos(n.name_folded, @text) > 0 then 1 else 0 end as hit
    from fleet_agent a
    join fleet_node n on n.id = a.node_id
    left join fleet_node k on k.id = n.customer_id
    where a.org_id = @orgId and (cast(@askedSite as text) is null or n.name = @askedSite)
      and (@whole = 1 or n.name = any(@sites) or n.id = any(@nodes) or n.customer_id = any(@nodes) or k.parent_id = any(@nodes))
      and (cast(@agent as text) is null or a.name_folded = @agent)
)
select p.device_id, p.name, p.name_folded, p.location, p.site, p.agent, p.agent_id, p.revoked_at, p.address, p.serial, p.first_seen_at, p.reading_at, p.inventory_at, p.silent_since, p.silent_reason,
       case when @reports = 1 then (select i.report from device_inventory i where i.device_id = p.device_id) end as report
from (
    select d.id as device_id, d.name, d.name_folded, d.location, s.site, s.name as agent, s.id as agent_id, s.revoked_at,
           f.address, f.serial, f.first_seen_at, f.reading_at, f.inventory_at, f.silent_since, f.silent_reason
    from seen s
    join fleet_device f on f.agent_id = s.id
    join device d on d.id = f.device_id
    where d.deleted_at is null and d.name_folded >= @after and (d.name_folded > @after or s.id > @afterId)
      and (s.hit = 1 or strpos(d.name_folded, @text) > 0 or f.serial ilike @find escape '\' or strpos(f.address, @text) > 0)
      and (cast(@state as text) is null
       or @state = case when f.silent_since is not null then 'silent' when coalesce(f.reading_at, f.inventory_at, f.first_seen_at) < @staleBefore then 'stale' else 'good' end)
    order by d.name_folded, s.id
    limit @limit) p
order by p.name_folded, p.agent_id
