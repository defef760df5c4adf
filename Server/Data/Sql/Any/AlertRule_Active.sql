-- Rules in force. No parameters. Rows: AlertRuleRow. Index: one pass; rules are few.
select r.id, r.org_id, r.owner_node_id, r.name, r.name_folded, r.kind, r.severity, r.node_id, r.device_id, r.site, r.percent, r.days, r.which, r.after_minutes, r.recipients, r.language, r.quiet_from, r.quiet_to, r.quiet_days,
       r.repeat_minutes, r.escalate_minutes, r.escalate_to, r.tell_resolved, r.enabled, r.created_at, r.updated_at
from alert_rule r where r.enabled = 1 order by r.id
