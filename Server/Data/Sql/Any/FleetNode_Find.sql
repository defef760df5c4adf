-- A node by name. Parameters: orgId, folded. Rows: FleetNodeRow, at most one. Index: unique (org_id, name_folded).
select n.id, n.org_id, n.parent_id, n.customer_id, n.kind, n.name, n.name_folded, n.zone, p.name as parent
from fleet_node n
left join fleet_node p on p.id = n.parent_id
where n.org_id = @orgId and n.name_folded = @folded
