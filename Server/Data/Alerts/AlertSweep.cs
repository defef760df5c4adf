using CopyTrack.Accounting.Alerts;
using Dapper;

namespace CopyTrack.Server.Data.Alerts;

/// <summary>How far this node, which looks just now, has come.</summary>
public sealed record AlertSweepRow
{
    public long Token { get; init; }
    public long AfterDevice { get; init; }
    public long Settled { get; init; }
    public long Seen { get; init; }
    public DateTimeOffset SeenAt { get; init; }
}

/// <summary>One alert that a look changed. <see cref="Row"/> is as it shall be; null when a pending one is forgotten.</summary>
public sealed record AlertChange(AlertRow? Before, AlertRow? Row, AlertRuleRow Rule, AlertTelling? Telling, bool IsRaised, bool IsResolved);

/// <summary>An event of the outbox that rules look at.</summary>
public sealed record AlertNews
{
    public long Id { get; init; }
    public DateTimeOffset At { get; init; }
    public long? DeviceId { get; init; }
    public string Payload { get; init; } = "";
}

/// <summary>
/// What is asked and kept at each look. One node looks at a time, under a claim whose token grows; what a look found is kept in one transaction with what it tells, guarded by the claim and by
/// the version of each alert, so that a node that was held up keeps and tells nothing.
/// </summary>
public sealed class AlertSweep(IDatabase database, IdGenerator ids, DataOptions data)
{
    private const int NewsAtOnce = 500;

    private static readonly TimeSpan s_lease = TimeSpan.FromMinutes(2);

    // A number given by the database may be committed later than a higher one, but hardly by more.
    private static readonly TimeSpan s_late = TimeSpan.FromMinutes(1);

    /// <summary>Claims the looking for this node; null while another node has it.</summary>
    public Task<AlertSweepRow?> ClaimAsync(CancellationToken cancellationToken) => database.WriteAsync(
        (c, ct) => c.QuerySingleOrDefaultAsync<AlertSweepRow>(Command("AlertSweep_Claim", new { node = data.Node, length = (long)s_lease.TotalMicroseconds }, ct)), cancellationToken);

    /// <summary>Gives the claim back.</summary>
    public Task ReleaseAsync(AlertSweepRow sweep, CancellationToken cancellationToken) => database.WriteAsync(
        (c, ct) => c.ExecuteAsync(Command("AlertSweep_Release", new { node = data.Node, token = sweep.Token }, ct)), cancellationToken);

    /// <summary>Rules that are in force.</summary>
    public Task<IReadOnlyList<AlertRuleRow>> RulesAsync(CancellationToken cancellationToken) => AllAsync<AlertRuleRow>("AlertRule_Active", new { }, cancellationToken);

    /// <summary>Devices behind one by id, at most so many, each with its agents.</summary>
    public Task<IReadOnlyList<AlertDeviceRow>> DevicesAsync(long after, long last, bool reports, int limit, CancellationToken cancellationToken) =>
        AllAsync<AlertDeviceRow>("AlertDevice_Page", new { after, last, reports, limit }, cancellationToken);

    /// <summary>All agents that are enrolled.</summary>
    public Task<IReadOnlyList<AlertAgentRow>> AgentsAsync(CancellationToken cancellationToken) => AllAsync<AlertAgentRow>("AlertAgent_List", new { }, cancellationToken);

    /// <summary>Alerts that are pending or open at devices from one to another by id.</summary>
    public Task<IReadOnlyList<AlertRow>> OfDevicesAsync(long after, long last, CancellationToken cancellationToken) => AllAsync<AlertRow>("Alert_OfDevices", new { after, last }, cancellationToken);

    /// <summary>Alerts that are pending or open at agents.</summary>
    public Task<IReadOnlyList<AlertRow>> OfAgentsAsync(CancellationToken cancellationToken) => AllAsync<AlertRow>("Alert_OfAgents", new { }, cancellationToken);

    /// <summary>Alerts whose end is still to be told.</summary>
    public Task<IReadOnlyList<AlertRow>> OwedAsync(CancellationToken cancellationToken) => AllAsync<AlertRow>("Alert_Owed", new { limit = NewsAtOnce }, cancellationToken);

    /// <summary>The clocks of a node of the fleet by name; null where it and those above it have none of their own.</summary>
    public Task<string?> ZoneAsync(long nodeId, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.ExecuteScalarAsync<string?>(Command("FleetNode_Zone", new { id = nodeId }, ct)), cancellationToken);

    /// <summary>Events that rules have not looked at, the oldest first.</summary>
    public Task<IReadOnlyList<AlertNews>> NewsAsync(AlertSweepRow sweep, CancellationToken cancellationToken) => AllAsync<AlertNews>("AlertEvent_News", new { after = sweep.Settled, limit = NewsAtOnce }, cancellationToken);

    /// <summary>
    /// Keeps what a look found, with what it tells; false and nothing kept when the claim was lost. <paramref name="after"/>: how far devices were looked at; null leaves that.
    /// <paramref name="events"/>: events that were looked at. An alert that somebody changed meanwhile is left as it is for the next look.
    /// </summary>
    public Task<bool> KeepAsync(AlertSweepRow sweep, IReadOnlyList<AlertChange> changes, long? after, IReadOnlyCollection<AlertNews> events, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            if (await c.ExecuteAsync(Command("AlertSweep_Hold", new { node = data.Node, token = sweep.Token, length = (long)s_lease.TotalMicroseconds, after }, ct)) != 1)
            {
                return false;
            }

            foreach (var news in events)
            {
                await c.ExecuteAsync(Command("AlertEvent_Add", new { eventId = news.Id, now }, ct));
            }

            var told = new List<(AlertChange Change, AlertRow Row)>();
            foreach (var change in changes)
            {
                if (await PutAsync(c, change, ct) is not { } row)
                {
                    continue;
                }

                foreach (var topic in new[] { change.IsRaised ? AlertTopics.Raised : null, change.IsResolved ? AlertTopics.Resolved : null }.OfType<string>())
                {
                    await c.ExecuteAsync(Command("Outbox_Add", new { at = now, topic, deviceId = row.DeviceId, payload = AlertTopics.Payload(row) }, ct));
                }

                if (change.Telling is not null)
                {
                    told.Add((change, row));
                }
            }

            foreach (var mail in told.GroupBy(t => (t.Change.Rule.Id, To: Recipients(t.Change))))
            {
                await MailAsync(c, mail.First().Change.Rule, mail.Key.To, mail.ToList(), now, ct);
            }

            return true;
        },
        cancellationToken);

    /// <summary>Moves on what of the events is settled, when numbers below can't come late any more.</summary>
    public Task SettleAsync(AlertSweepRow sweep, DateTimeOffset now, CancellationToken cancellationToken) => now - sweep.SeenAt <= s_late ? Task.CompletedTask : database.WriteAsync(
        async (c, ct) =>
        {
            var last = await c.ExecuteScalarAsync<long>(Command("Outbox_Last", new { }, ct));
            await c.ExecuteAsync(Command("AlertEvent_Forget", new { settled = sweep.Seen }, ct));
            return await c.ExecuteAsync(Command("AlertSweep_Settle", new { token = sweep.Token, settled = sweep.Seen, seen = last, seenAt = now }, ct));
        },
        cancellationToken);

    private static string Recipients(AlertChange change) => (change.Telling, change.Row?.EscalatedAt) switch
    {
        (AlertTelling.Escalated, _) => change.Rule.EscalateTo,
        (not AlertTelling.Raised, not null) => change.Rule.Recipients + ";" + change.Rule.EscalateTo,
        _ => change.Rule.Recipients,
    };

    /// <summary>The row as it was kept; null when it was forgotten, or when somebody else was quicker.</summary>
    private async Task<AlertRow?> PutAsync(System.Data.Common.DbConnection connection, AlertChange change, CancellationToken cancellationToken)
    {
        if (change.Row is not { } row)
        {
            await connection.ExecuteAsync(Command("Alert_Forget", new { id = change.Before!.Id, version = change.Before.Version }, cancellationToken));
            return null;
        }

        var isNew = change.Before is null;
        if (change is { Before: { RaisedAt: null } pending, IsRaised: true })
        {
            // Ids are the order in which alerts are shown: what waited takes its place when it is raised.
            isNew = await connection.ExecuteAsync(Command("Alert_Forget", new { id = pending.Id, version = pending.Version }, cancellationToken)) == 1;
            if (!isNew)
            {
                return null;
            }
        }

        row = isNew ? row with { Id = ids.Next(), Version = 0 } : row with { Version = change.Before!.Version + 1 };
        var kept = await connection.ExecuteAsync(Command(isNew ? "Alert_Add" : "Alert_Put", row, cancellationToken));
        return kept == 1 ? row : null;
    }

    private async Task MailAsync(
        System.Data.Common.DbConnection connection, AlertRuleRow rule, string recipients, List<(AlertChange Change, AlertRow Row)> told, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var mailId = ids.Next();
        await connection.ExecuteAsync(Command(
            "AlertMail_Add", new { id = mailId, orgId = rule.OrgId, ruleId = rule.Id, ruleName = rule.Name, recipients, language = rule.Language, now }, cancellationToken));
        foreach (var (change, row) in told)
        {
            // The end has a number of its own, because it does not count as a telling of the alert.
            var number = change.Telling == AlertTelling.Resolved ? row.Told + 1 : row.Told;
            await connection.ExecuteAsync(Command("AlertTelling_Add", new { alertId = row.Id, number, mailId, what = (int)change.Telling!.Value, now }, cancellationToken));
        }
    }

    private Task<IReadOnlyList<T>> AllAsync<T>(string statement, object parameters, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<T>>(
        async (c, ct) => (await c.QueryAsync<T>(Command(statement, parameters, ct))).AsList(), cancellationToken);

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);
}
