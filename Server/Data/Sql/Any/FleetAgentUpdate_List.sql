-- How agents stand about updates, as far as somebody sees them. Parameters: orgId, site (null = all), nodeId (a dealer or customer; null = all). Rows: FleetAgentUpdateRow. Index: fleet_agent unique (org_id, name_folded).
select a.name as agent, n.name as site, u.version, u.platform, u.mode, u.state, u.about, u.reason, u.reported_at
from fleet_agent a
join fleet_node n on n.id = a.node_id
left join fleet_node k on k.id = n.customer_id
join fleet_agent_update u on u.agent_id = a.id
where a.org_id = @orgId and a.revoked_at is null and (cast(@site as text) is null or n.name = @site)
  and (cast(@nodeId as bigint) is null or n.id = @nodeId or n.customer_id = @nodeId or k.parent_id = @nodeId)
order by a.name_folded
