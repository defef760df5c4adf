-- Changes a rule; what it looks for and whose it is stay. Parameters: as AlertRuleRow. Index: primary key.
update alert_rule
set name = @Name, name_folded = @NameFolded, severity = @Severity, node_id = @NodeId, device_id = @DeviceId, site = @Site, percent = @Percent, days = @Days, which = @Which, after_minutes = @AfterMinutes,
    recipients = @Recipients, language = @Language, quiet_from = @QuietFrom, quiet_to = @QuietTo, quiet_days = @QuietDays, repeat_minutes = @RepeatMinutes, escalate_minutes = @EscalateMinutes,
    escalate_to = @EscalateTo, tell_resolved = @TellResolved, enabled = @Enabled, updated_at = @UpdatedAt
where id = @Id and org_id = @OrgId
