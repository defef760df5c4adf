-- Alerts that were raised, newest first, as far as somebody sees them; the rule's name for who sees the rule. Parameters: orgId, whole (1: all), sites, nodes (what somebody sees, any of them), going (1: those that go on), kind, severity, place (a site), device (a device's id), since, until, before (id), id, limit (null: no filter). Rows: AlertRow. Index: alert_time, for going alert_going.
select a.id, a.org_id, a.rule_id, a.owner_node_id, a.kind, a.severity, a.thing, a.device_id, a.agent_id, a.node_id, a.site, a.subject, a.detail, a.state, a.version, a.since, a.seen_at, a.gone_since, a.raised_at, a.told, a.told_at, a.escalated_at, a.noted_at, a.noted_by, a.note, a.resolved_at, a.events,
       case when @whole = 1 or o.id = any(@nodes) or o.customer_id = any(@nodes) or (select p.parent_id from fleet_node p where p.id = o.customer_id) = any(@nodes) or (o.kind = 'site' and o.name = any(@sites)) then a.rule_name end as rule_name
from alert a
left join fleet_node n on n.id = a.node_id
left join fleet_node k on k.id = n.customer_id
left join fleet_node o on o.id = a.owner_node_id
where a.org_id = @orgId and a.raised_at is not null and a.id < @before
  and (cast(@id as bigint) is null or a.id = @id)
  and (@going = 0 or a.state = 1)
  and (cast(@kind as bigint) is null or a.kind = @kind) and (cast(@severity as bigint) is null or a.severity = @severity)
  and (cast(@place as text) is null or a.site = @place) and (cast(@device as bigint) is null or a.device_id = @device)
  and (cast(@since as bigint) is null or a.raised_at >= @since) and (cast(@until as bigint) is null or a.raised_at < @until)
  and (@whole = 1 or n.name = any(@sites) or (a.node_id is null and a.site = any(@sites)) or n.id = any(@nodes) or n.customer_id = any(@nodes) or k.parent_id = any(@nodes))
order by a.id desc
limit @limit
