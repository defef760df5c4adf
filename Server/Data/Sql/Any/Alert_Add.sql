-- Adds an alert, unless one of this rule stands at the thing already. Parameters: as AlertRow. Index: alert_held.
insert into alert (id, org_id, rule_id, owner_node_id, rule_name, kind, severity, thing, device_id, agent_id, node_id, site, subject, detail, state, version, since, seen_at, gone_since, raised_at, told, told_at, escalated_at, noted_at, noted_by, note, resolved_at, events)
values (@Id, @OrgId, @RuleId, @OwnerNodeId, @RuleName, @Kind, @Severity, @Thing, @DeviceId, @AgentId, @NodeId, @Site, @Subject, @Detail, @State, @Version, @Since, @SeenAt, @GoneSince, @RaisedAt, @Told, @ToldAt, @EscalatedAt,
        @NotedAt, @NotedBy, @Note, @ResolvedAt, @Events)
on conflict do nothing
