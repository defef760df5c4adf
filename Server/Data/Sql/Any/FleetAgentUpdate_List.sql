-- How agents stand about updates, as far as somebody sees them. Parameters: orgId, whole (1: all), sites, nodes (dealers or customers; what somebody sees, any of them), askedSite (null = all). Rows: FleetAgentUpdateRow. Index: fleet_agent unique (org_id, name_folded).
select a.name as agent, n.name as site, u.version, u.platform, u.mode, u.state, u.about, u.reason, u.reported_at
from fleet_agent a
join fleet_node n on n.id = a.node_id
left join fleet_node k on k.id = n.customer_id
join fleet_agent_update u on u.agent_id = a.id
where a.org_id = @orgId and a.revoked_at is null and (cast(@askedSite as text) is null or n.name = @askedSite)
  and (@whole = 1 or n.name = any(@sites) or n.id = any(@nodes) or n.customer_id = any(@nodes) or k.parent_id = any(@nodes))
order by a.name_folded
