-- Metered devices with their agent and site, by name. Parameters: orgId, whole (1: all), sites, nodes (dealers or customers; what somebody sees, any of them), askedSite (null = all), find (a pattern of folded text in name, site, agent, serial number or address; null = all), state (silent, stale, good; null = all), staleBefore, agent (folded name; null = all), reports (1: with what the device said last), after (folded name), afterId, limit. Rows: FleetDeviceRow. Index: fleet_device_device.
select d.id as device_id, d.name, d.name_folded, d.location, n.name as site, a.name as agent, f.address, f.serial, f.first_seen_at, f.reading_at, f.inventory_at, f.silent_since, f.silent_reason,
       a.id as agent_id, a.revoked_at, case when @reports = 1 then i.report end as report
from fleet_device f
join fleet_agent a on a.id = f.agent_id
join fleet_node n on n.id = a.node_id
left join fleet_node k on k.id = n.customer_id
join device d on d.id = f.device_id and d.deleted_at is null
left join device_inventory i on i.device_id = d.id
where a.org_id = @orgId and (cast(@askedSite as text) is null or n.name = @askedSite)
  and (@whole = 1 or n.name = any(@sites) or n.id = any(@nodes) or n.customer_id = any(@nodes) or k.parent_id = any(@nodes))
  and (cast(@find as text) is null or d.name_folded like @find escape '\' or n.name_folded like @find escape '\' or a.name_folded like @find escape '\' or lower(f.serial) like @find escape '\' or f.address like @find escape '\')
  and (cast(@agent as text) is null or a.name_folded = @agent)
  and (cast(@state as text) is null
       or @state = case when f.silent_since is not null then 'silent' when coalesce(f.reading_at, f.inventory_at, f.first_seen_at) < @staleBefore then 'stale' else 'good' end)
  and (d.name_folded > @after or (d.name_folded = @after and a.id > @afterId))
order by d.name_folded, a.id
limit @limit
