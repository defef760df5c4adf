-- Metered devices with a text or in a state, looked for among the next devices by name alone: what many devices have fills a page there, and all that have it need not be sorted. Parameters: orgId, text (folded; null = all), find (a pattern of it), span (how many devices), state (silent, stale, good; null = all), staleBefore, reports (1: with what the device said last), after (folded name), afterId, limit. Rows: FleetDeviceRow. Index: unique (org_id, name_folded) of device, fleet_device_device.
select d.id as device_id, d.name, d.name_folded, d.location, n.name as site, a.name as agent, a.id as agent_id, a.revoked_at,
       f.address, f.serial, f.first_seen_at, f.reading_at, f.inventory_at, f.silent_since, f.silent_reason,
       case when @reports = 1 then (select i.report from device_inventory i where i.device_id = d.id) end as report
from (
    select x.id, x.name, x.name_folded, x.location from device x where x.org_id = @orgId and x.deleted_at is null and x.name_folded >= @after order by x.name_folded limit @span
) d
join fleet_device f on f.device_id = d.id
join fleet_agent a on a.id = f.agent_id
join fleet_node n on n.id = a.node_id
where (d.name_folded > @after or a.id > @afterId)
  and (cast(@text as text) is null or strpos(d.name_folded, @text) > 0 or f.serial ilike @find escape '\' or strpos(f.address, @text) > 0 or strpos(a.name_folded, @text) > 0 or strpos(n.name_folded, @text) > 0)
  and (cast(@state as text) is null
       or @state = case when f.silent_since is not null then 'silent' when coalesce(f.reading_at, f.inventory_at, f.first_seen_at) < @staleBefore then 'stale' else 'good' end)
order by d.name_folded, a.id
limit @limit
