-- Agents with how many devices they meter, how many messages wait to be applied, and how many numbers never came. Parameters: orgId, site (null = all), nodeId (a dealer or customer; null = all), name (folded; null = all). Rows: FleetAgentRow. Index: unique (org_id, name_folded).
select a.id, a.org_id, a.node_id, a.name, a.name_folded, a.public_key, a.revoked_key, a.generation, a.hosted, a.unwritten, a.code_hash, a.code_expires_at, a.code_used_at, a.enrolled_at, a.revoked_at, a.program, a.address,
       a.last_seen_at, a.last_new_at, a.clock_off_ms, a.applied_through, a.repeated, a.refused, a.wants_number, a.wants_verbs, a.wants_counter_seconds, a.wants_inventory_seconds,
       n.name as site, n.customer_id,
       (select count(*) from fleet_device d where d.agent_id = a.id) as devices,
       (select count(*) from fleet_message m where m.agent_id = a.id) as waiting,
       (select coalesce(sum(g.last - g.first + 1), 0) from fleet_gap g where g.agent_id = a.id) as missing
from fleet_agent a
join fleet_node n on n.id = a.node_id
left join fleet_node k on k.id = n.customer_id
where a.org_id = @orgId and (cast(@site as text) is null or n.name = @site)
  and (cast(@nodeId as bigint) is null or n.id = @nodeId or n.customer_id = @nodeId or k.parent_id = @nodeId)
  and (cast(@name as text) is null or a.name_folded = @name)
order by a.name_folded
