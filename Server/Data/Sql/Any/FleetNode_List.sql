-- Nodes of an organisation. Parameters: orgId, site (null = all), nodeId (a dealer or customer with what is below; null = all). Rows: FleetNodeRow. Index: unique (org_id, name_folded).
select n.id, n.org_id, n.parent_id, n.customer_id, n.kind, n.name, n.name_folded, n.zone, p.name as parent
from fleet_node n
left join fleet_node p on p.id = n.parent_id
left join fleet_node k on k.id = n.customer_id
where n.org_id = @orgId and (cast(@site as text) is null or (n.kind = 'site' and n.name = @site))
  and (cast(@nodeId as bigint) is null or n.id = @nodeId or n.customer_id = @nodeId or k.parent_id = @nodeId)
order by n.name_folded
