-- Alerts that are over and whose end is to be told. Parameters: limit. Rows: AlertRow. Index: alert_going.
select id, org_id, rule_id, owner_node_id, rule_name, kind, severity, thing, device_id, agent_id, node_id, site, subject, detail, state, version, since, seen_at, gone_since, raised_at, told, told_at, escalated_at, noted_at, noted_by, note, resolved_at, events
from alert where state = 2 order by id limit @limit
