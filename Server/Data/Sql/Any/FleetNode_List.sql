-- Nodes of an organisation. Parameters: orgId, whole (1: all), sites, nodes (dealers or customers with what is below; what somebody sees, any of them). Rows: FleetNodeRow. Index: unique (org_id, name_folded).
select n.id, n.org_id, n.parent_id, n.customer_id, n.kind, n.name, n.name_folded, n.zone, p.name as parent
from fleet_node n
left join fleet_node p on p.id = n.parent_id
left join fleet_node k on k.id = n.customer_id
where n.org_id = @orgId and (@whole = 1 or (n.kind = 'site' and n.name = any(@sites)) or n.id = any(@nodes) or n.customer_id = any(@nodes) or k.parent_id = any(@nodes))
order by n.name_folded
