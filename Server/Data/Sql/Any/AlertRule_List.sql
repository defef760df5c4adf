-- Rules by name, as far as somebody sees them: those that belong to nodes of the scope. Parameters: orgId, whole (1: all), sites, nodes (what somebody sees, any of them), id (null = all), after (folded name), afterId, limit. Rows: AlertRuleRow. Index: alert_rule_org.
select r.id, r.org_id, r.owner_node_id, r.name, r.name_folded, r.kind, r.severity, r.node_id, r.device_id, r.site, r.percent, r.days, r.which, r.after_minutes, r.recipients, r.language, r.quiet_from, r.quiet_to, r.quiet_days,
       r.repeat_minutes, r.escalate_minutes, r.escalate_to, r.tell_resolved, r.enabled, r.created_at, r.updated_at,
       t.name as node_name, o.name as owner_name, d.name as device_name
from alert_rule r
left join fleet_node t on t.id = r.node_id
left join fleet_node o on o.id = r.owner_node_id
left join device d on d.id = r.device_id
where r.org_id = @orgId and (cast(@id as bigint) is null or r.id = @id)
  and (r.name_folded > @after or (r.name_folded = @after and r.id > @afterId))
  and (@whole = 1 or r.owner_node_id in (
    select n.id from fleet_node n left join fleet_node k on k.id = n.customer_id
    where n.org_id = @orgId and ((n.kind = 'site' and n.name = any(@sites)) or n.id = any(@nodes) or n.customer_id = any(@nodes) or k.parent_id = any(@nodes))))
order by r.name_folded, r.id
limit @limit
