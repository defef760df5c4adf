-- Stages whose next step is due by time, of packages that are whole and not halted. Parameters: now. Rows: FleetDueStageRow. Index: primary key.
select r.package_id, r.node_id, n.name as node, n.kind, r.share, r.raise_hours, r.changed_at, p.org_id, p.version, p.platform, p.hash
from fleet_rollout r
join fleet_package p on p.id = r.package_id
left join fleet_node n on n.id = r.node_id
where p.whole = 1 and p.halted_at is null and r.raise_hours is not null and r.share < 100 and r.changed_at + r.raise_hours * 3600000000 <= @now
order by r.package_id, r.node_id
