-- The alerts of a mail with what is told of each. Parameters: mailId. Rows: AlertRow and what. Index: alert_telling_mail.
select a.id, a.org_id, a.rule_id, a.owner_node_id, a.rule_name, a.kind, a.severity, a.thing, a.device_id, a.agent_id, a.node_id, a.site, a.subject, a.detail, a.state, a.version, a.since, a.seen_at, a.gone_since, a.raised_at, a.told, a.told_at, a.escalated_at, a.noted_at, a.noted_by, a.note, a.resolved_at, a.events, t.what
from alert_telling t
join alert a on a.id = t.alert_id
where t.mail_id = @mailId
order by t.what, a.severity desc, a.subject, a.id
