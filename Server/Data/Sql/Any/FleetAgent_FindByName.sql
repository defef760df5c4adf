-- An agent by name. Parameters: orgId, folded. Rows: FleetAgentRow, at most one. Index: unique (org_id, name_folded).
select a.id, a.org_id, a.node_id, a.name, a.name_folded, a.public_key, a.revoked_key, a.generation, a.hosted, a.unwritten, a.code_hash, a.code_expires_at, a.code_used_at, a.enrolled_at, a.revoked_at, a.program, a.address,
       a.last_seen_at, a.last_new_at, a.clock_off_ms, a.applied_through, a.repeated, a.refused, a.wants_number, a.wants_verbs, a.wants_counter_seconds, a.wants_inventory_seconds,
       n.name as site, n.customer_id
from fleet_agent a
join fleet_node n on n.id = a.node_id
where a.org_id = @orgId and a.name_folded = @folded
