-- Agents that are enrolled, with their last news. No parameters. Rows: AlertAgentRow. Index: one pass.
select a.id, a.org_id, a.name, coalesce(a.last_new_at, a.enrolled_at) as last_news, n.id as node_id, n.customer_id, c.parent_id as dealer_id, n.name as node_name, coalesce(n.zone, c.zone, l.zone) as zone
from fleet_agent a
join fleet_node n on n.id = a.node_id
left join fleet_node c on c.id = n.customer_id
left join fleet_node l on l.id = c.parent_id
where a.enrolled_at is not null and a.revoked_at is null
