-- One alert by id, for a change. Parameters: id. Rows: AlertRow. Index: primary key.
select id, org_id, rule_id, owner_node_id, rule_name, kind, severity, thing, device_id, agent_id, node_id, site, subject, detail, state, version, since, seen_at, gone_since, raised_at, told, told_at, escalated_at, noted_at, noted_by, note, resolved_at, events
from alert where id = @id
