-- Stages of an organisation's packages. Parameters: orgId. Rows: FleetRolloutRow. Index: primary key.
select r.package_id, r.node_id, n.name as node, n.kind, r.share, r.raise_hours, r.changed_at
from fleet_rollout r
join fleet_package p on p.id = r.package_id
left join fleet_node n on n.id = r.node_id
where p.org_id = @orgId
order by r.package_id, n.name_folded
