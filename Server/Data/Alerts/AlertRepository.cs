using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Alerts;

/// <summary>What of the alerts is asked for; null members do not narrow.</summary>
public sealed record AlertQuestion(bool Going = false, AlertKind? Kind = null, AlertSeverity? Severity = null, string? Site = null, long? DeviceId = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null);

/// <summary>Rules and alerts for people, each as far as a scope of the fleet sees them.</summary>
public sealed class AlertRepository(IDatabase database, AuditLog audit, TimeProvider time)
{
    private const int Chunk = 500;

    /// <summary>Rules by name behind a place in that order.</summary>
    public Task<IReadOnlyList<AlertRuleRow>> RulesAsync(FleetScope scope, string after, long afterId, int limit, CancellationToken cancellationToken) => RulesAsync(scope, null, after, afterId, limit, cancellationToken);

    /// <summary>A rule that the scope sees; null for any other.</summary>
    public async Task<AlertRuleRow?> RuleAsync(FleetScope scope, long id, CancellationToken cancellationToken) => await RulesAsync(scope, id, "", 0, 1, cancellationToken) is [{ } rule] ? rule : null;

    /// <summary>How many rules belong to a node; null: to the organisation.</summary>
    public Task<long> CountAsync(long orgId, long? ownerNodeId, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.ExecuteScalarAsync<long>(Command("AlertRule_Count", new { orgId, ownerNodeId }, ct)), cancellationToken);

    /// <summary>Adds a rule.</summary>
    public Task AddRuleAsync(AlertRuleRow rule, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            await c.ExecuteAsync(Command("AlertRule_Add", rule, ct));
            await audit.AddAsync(c, rule.OrgId, actor, "alert.rule.add", $"alertRule:{rule.Id}", AlertAudit.Of(null, rule), ct);
            return true;
        },
        cancellationToken);

    /// <summary>Changes a rule. What it had raised ends without a word when it is switched off, and is decided anew at the next look otherwise.</summary>
    public Task PutRuleAsync(AlertRuleRow before, AlertRuleRow rule, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            await c.ExecuteAsync(Command("AlertRule_Put", rule, ct));
            if (!rule.Enabled)
            {
                await EndAsync(c, rule.Id, ct);
            }

            if (AlertAudit.Of(before, rule) is { IsEmpty: false } values)
            {
                await audit.AddAsync(c, rule.OrgId, actor, "alert.rule.change", $"alertRule:{rule.Id}", values, ct);
            }

            return true;
        },
        cancellationToken);

    /// <summary>Deletes a rule; what it had raised ends without a word and stays in the history.</summary>
    public Task DeleteRuleAsync(AlertRuleRow rule, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            await EndAsync(c, rule.Id, ct);
            await c.ExecuteAsync(Command("AlertRule_Delete", new { id = rule.Id, orgId = rule.OrgId }, ct));
            await audit.AddAsync(c, rule.OrgId, actor, "alert.rule.delete", $"alertRule:{rule.Id}", AlertAudit.Of(rule, null), ct);
            return true;
        },
        cancellationToken);

    /// <summary>Raised alerts, the newest first, with ids below one.</summary>
    public Task<IReadOnlyList<AlertRow>> ListAsync(FleetScope scope, AlertQuestion question, long before, int limit, CancellationToken cancellationToken) => ListAsync(scope, question, null, before, limit, cancellationToken);

    /// <summary>All raised alerts of a question, read in chunks.</summary>
    public async IAsyncEnumerable<AlertRow> AllAsync(FleetScope scope, AlertQuestion question, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<AlertRow> page = [];
        do
        {
            page = await ListAsync(scope, question, page is [.., { } last] ? last.Id : long.MaxValue, Chunk, cancellationToken);
            foreach (var alert in page)
            {
                yield return alert;
            }
        }
        while (page.Count == Chunk);
    }

    /// <summary>A raised alert that the scope sees; null for any other.</summary>
    public async Task<AlertRow?> FindAsync(FleetScope scope, long id, CancellationToken cancellationToken) => await ListAsync(scope, new AlertQuestion(), id, long.MaxValue, 1, cancellationToken) is [{ } alert] ? alert : null;

    /// <summary>Open alerts that nobody has taken note of, the worst first.</summary>
    public Task<IReadOnlyList<AlertRow>> WorstAsync(long orgId, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<AlertRow>>(
        async (c, ct) => (await c.QueryAsync<AlertRow>(Command("Alert_Worst", new { orgId, limit }, ct))).AsList(), cancellationToken);

    /// <summary>Who was told of an alert, and what became of the mails.</summary>
    public Task<IReadOnlyList<AlertTellingRow>> TellingsAsync(long alertId, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<AlertTellingRow>>(
        async (c, ct) => (await c.QueryAsync<AlertTellingRow>(Command("AlertTelling_List", new { alertId }, ct))).AsList(), cancellationToken);

    /// <summary>Somebody takes note of an alert; the first note stays. False when it is over or was noted already.</summary>
    public async Task<bool> NoteAsync(AlertRow alert, string actor, string? note, CancellationToken cancellationToken)
    {
        bool? noted;
        do
        {
            // A look may change the alert between our reading and writing; then it is read again.
            noted = await TryNoteAsync(alert, actor, note, cancellationToken);
        }
        while (noted is null);
        return noted.Value;
    }

    /// <summary>Has mails about an alert sent again that failed or are in doubt; false when there are none.</summary>
    public Task<bool> SendAgainAsync(AlertRow alert, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            var again = await c.ExecuteAsync(Command("AlertMail_Again", new { alertId = alert.Id, now = time.GetUtcNow() }, ct)) > 0;
            if (again)
            {
                await audit.AddAsync(c, alert.OrgId, actor, "alert.mail.again", $"alert:{alert.Id}", null, null, ct);
            }

            return again;
        },
        cancellationToken);

    /// <summary>True when any alert is pending, open or has its end to tell.</summary>
    public Task<bool> AnyGoingAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async (c, ct) => await c.ExecuteScalarAsync<long>(Command("Alert_AnyGoing", new { }, ct)) > 0, cancellationToken);

    /// <summary>Forgets alerts that ended before a time, and mails of before it.</summary>
    public Task PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) => await c.ExecuteAsync(Command("Alert_Purge", new { before }, ct)) + await c.ExecuteAsync(Command("AlertMail_Purge", new { before }, ct)), cancellationToken);

    private Task<bool?> TryNoteAsync(AlertRow alert, string actor, string? note, CancellationToken cancellationToken) => database.WriteAsync<bool?>(
        async (c, ct) =>
        {
            var now = time.GetUtcNow();
            if (await c.QuerySingleOrDefaultAsync<AlertRow>(Command("Alert_Get", new { id = alert.Id }, ct)) is not { State: (int)AlertRowState.Open, NotedAt: null } stored)
            {
                return false;
            }

            var noted = stored.With(AlertDecision.Noted((AlertKind)stored.Kind, stored.ToState(), now)) with { NotedBy = actor, Note = note, Version = stored.Version + 1 };
            if (await c.ExecuteAsync(Command("Alert_Put", noted, ct)) != 1)
            {
                return null;
            }

            foreach (var topic in noted.ResolvedAt is null ? new[] { AlertTopics.Noted } : [AlertTopics.Noted, AlertTopics.Resolved])
            {
                await c.ExecuteAsync(Command("Outbox_Add", new { at = now, topic, deviceId = noted.DeviceId, payload = AlertTopics.Payload(noted) }, ct));
            }

            await audit.AddAsync(c, alert.OrgId, actor, "alert.note", $"alert:{alert.Id}", null, note, ct);
            return true;
        },
        cancellationToken);

    private async Task EndAsync(System.Data.Common.DbConnection connection, long ruleId, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(Command("Alert_ForgetPending", new { ruleId }, cancellationToken));
        await connection.ExecuteAsync(Command("Alert_EndOfRule", new { ruleId, now = time.GetUtcNow() }, cancellationToken));
    }

    private Task<IReadOnlyList<AlertRuleRow>> RulesAsync(FleetScope scope, long? id, string after, long afterId, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<AlertRuleRow>>(
        async (c, ct) => (await c.QueryAsync<AlertRuleRow>(Command(
            "AlertRule_List", new { orgId = scope.OrgId, whole = scope.IsWhole, sites = scope.Sites, nodes = scope.Nodes, id, after, afterId, limit }, ct))).AsList(), cancellationToken);

    private Task<IReadOnlyList<AlertRow>> ListAsync(FleetScope scope, AlertQuestion question, long? id, long before, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<AlertRow>>(
        async (c, ct) => (await c.QueryAsync<AlertRow>(Command(
            "Alert_List",
            new
            {
                orgId = scope.OrgId, whole = scope.IsWhole, sites = scope.Sites, nodes = scope.Nodes, id, going = question.Going, kind = (long?)question.Kind, severity = (long?)question.Severity, place = question.Site,
                device = question.DeviceId, since = question.Since?.ToMicros(), until = question.Until?.ToMicros(), before, limit,
            },
            ct))).AsList(), cancellationToken);

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);
}
