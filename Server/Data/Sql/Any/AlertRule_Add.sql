-- Adds a rule. Parameters: as AlertRuleRow. Index: primary key.
insert into alert_rule (id, org_id, owner_node_id, name, name_folded, kind, severity, node_id, device_id, site, percent, days, which, after_minutes, recipients, language, quiet_from, quiet_to, quiet_days,
                        repeat_minutes, escalate_minutes, escalate_to, tell_resolved, enabled, created_at, updated_at)
values (@Id, @OrgId, @OwnerNodeId, @Name, @NameFolded, @Kind, @Severity, @NodeId, @DeviceId, @Site, @Percent, @Days, @Which, @AfterMinutes, @Recipients, @Language, @QuietFrom, @QuietTo, @QuietDays,
        @RepeatMinutes, @EscalateMinutes, @EscalateTo, @TellResolved, @Enabled, @CreatedAt, @UpdatedAt)
