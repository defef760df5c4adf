-- Keeps what became of an alert, unless somebody changed it meanwhile. Parameters: as AlertRow with the next version. Index: primary key.
update alert
set detail = @Detail, state = @State, version = @Version, since = @Since, seen_at = @SeenAt, gone_since = @GoneSince, raised_at = @RaisedAt, told = @Told, told_at = @ToldAt, escalated_at = @EscalatedAt,
    noted_at = @NotedAt, noted_by = @NotedBy, note = @Note, resolved_at = @ResolvedAt, events = @Events
where id = @Id and version = @Version - 1
