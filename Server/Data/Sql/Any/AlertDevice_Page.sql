-- What rules look at of devices behind one by id, a row for each agent that meters one. Parameters: after, last, reports (1: with what they said of themselves), limit (devices). Rows: AlertDeviceRow. Index: primary keys, fleet_device_device.
select d.id as device_id, d.org_id, d.name, d.site, d.created_at, i.read_at as inventory_at, case when @reports = 1 then i.report end as report,
       coalesce(k.monitored, 0) as monitored, k.unreachable_since, a.id as agent_id, f.first_seen_at, f.reading_at, f.silent_since, f.silent_reason,
       n.id as node_id, n.customer_id, c.parent_id as dealer_id, n.name as node_name, coalesce(n.zone, c.zone, l.zone) as zone
from device d
left join device_inventory i on i.device_id = d.id
left join device_poll k on k.device_id = d.id
left join fleet_device f on f.device_id = d.id
left join fleet_agent a on a.id = f.agent_id and a.revoked_at is null
left join fleet_node n on n.id = a.node_id
left join fleet_node c on c.id = n.customer_id
left join fleet_node l on l.id = c.parent_id
where d.id in (select e.id from device e where e.id > @after and e.id <= @last and e.deleted_at is null and e.enabled = 1 order by e.id limit @limit)
order by d.id
