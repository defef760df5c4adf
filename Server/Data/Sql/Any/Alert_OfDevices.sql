-- Alerts that are pending or open at devices from one to another. Parameters: after, last. Rows: AlertRow. Index: alert_device.
select id, org_id, rule_id, owner_node_id, rule_name, kind, severity, thing, device_id, agent_id, node_id, site, subject, detail, state, version, since, seen_at, gone_since, raised_at, told, told_at, escalated_at, noted_at, noted_by, note, resolved_at, events
from alert where state in (0, 1) and device_id > @after and device_id <= @last
