-- Agents with how many devices they meter, how many messages wait to be applied, and how many numbers never came. Parameters: orgId, whole (1: all), sites, nodes (dealers or customers; what somebody sees, any of them), askedSite (null = all), name (folded; null = all). Rows: FleetAgentRow. Index: unique (org_id, name_folded).
select a.id, a.org_id, a.node_id, a.name, a.name_folded, a.public_key, a.revoked_key, a.generation, a.hosted, a.unwritten, a.code_hash, a.code_expires_at, a.code_used_at, a.enrolled_at, a.revoked_at, a.program, a.address,
       a.last_seen_at, a.last_new_at, a.clock_off_ms, a.applied_through, a.repeated, a.refused, a.wants_number, a.wants_verbs, a.wants_counter_seconds, a.wants_inventory_seconds,
       n.name as site, n.customer_id,
       (select count(*) from fleet_device d where d.agent_id = a.id) as devices,
       (select count(*) from fleet_message m where m.agent_id = a.id) as waiting,
       (select coalesce(sum(g.last - g.first + 1), 0) from fleet_gap g where g.agent_id = a.id) as missing
from fleet_agent a
join fleet_node n on n.id = a.node_id
left join fleet_node k on k.id = n.customer_id
where a.org_id = @orgId and (cast(@askedSite as text) is null or n.name = @askedSite)
  and (@whole = 1 or n.name = any(@sites) or n.id = any(@nodes) or n.customer_id = any(@nodes) or k.parent_id = any(@nodes))
  and (cast(@name as text) is null or a.name_folded = @name)
order by a.name_folded
