using CopyTrack.Accounting.Charging;
using CopyTrack.Server.Data.Lookup;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>Who wants to spend: a person and perhaps a project, as one session (<see cref="SessionId"/>) or one job at a device, under a key.</summary>
public sealed record HoldQuestion(long PersonId, long? ProjectId, string Holder, long DeviceId)
{
    /// <summary>The walk-up session; null for a job outside sessions.</summary>
    public long? SessionId { get; init; }

    /// <summary>What the session has spent so far, by its device's document.</summary>
    public long Spent { get; init; }

    /// <summary>When a job's money is given back at the latest; null for a session.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>A limit as one session or job meets it: what others hold, and where it ends for this one already.</summary>
public sealed record StandingQuota
{
    public required long Id { get; init; }
    public int Kind { get; init; }
    public long? SoftMicros { get; init; }
    public long? HardMicros { get; init; }
    public long ExtraMicros { get; init; }
    public long Used { get; init; }
    public long Held { get; init; }
    public long Granted { get; init; }

    /// <summary>The limit for the rules.</summary>
    public QuotaUse Use => new((QuotaKind)Kind, SoftMicros, HardMicros, ExtraMicros, Used) { Held = Held };
}

/// <summary>Money of limits that sessions and jobs set aside while they run, so that no two of them spend the same.</summary>
public sealed class QuotaHoldRepository(IDatabase database)
{
    /// <summary>
    /// Lets <paramref name="decide"/> say how much of the limits is set aside, under their locks, and keeps it before the task completes. What the holder had of other limits (a
    /// project that was left) is given back. Where nothing is left nothing changes.
    /// </summary>
    public Task<Hold> TakeAsync(HoldQuestion question, DateOnly today, DateTimeOffset now, Func<IReadOnlyList<StandingQuota>, Hold> decide, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (c, ct) =>
            {
                var (day, month, year) = LoginLimits.Starts(today);
                var who = new
                {
                    personId = question.PersonId, person = Text(question.PersonId), project = question.ProjectId is { } p ? Text(p) : null, holder = question.Holder, day, month, year,
                };
                if (!(await c.QueryAsync<long>(new CommandDefinition(database.Sql["Quota_Lock"], who, cancellationToken: ct))).Any())
                {
                    await ClearAsync(c, question.Holder, ct);
                    return Hold.Unlimited;
                }

                List<StandingQuota> limits = [.. await c.QueryAsync<StandingQuota>(new CommandDefinition(database.Sql["Quota_Standing"], who, cancellationToken: ct))];
                var hold = decide(limits);
                if (!hold.IsGood)
                {
                    return hold;
                }

                await ClearAsync(c, question.Holder, ct);
                foreach (var limit in limits.Where(l => l.HardMicros is not null))
                {
                    await c.ExecuteAsync(new CommandDefinition(database.Sql["QuotaHold_Put"], new
                    {
                        quotaId = limit.Id, holder = question.Holder, sessionId = question.SessionId, deviceId = question.DeviceId, granted = hold.Ceiling, spent = question.Spent, at = now,
                        until = question.Until,
                    }, cancellationToken: ct));
                }

                return hold;
            },
            cancellationToken);

    /// <summary>Gives back what the holder has set aside; nothing happens when that is nothing.</summary>
    public Task ReleaseAsync(string holder, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            await ClearAsync(c, holder, ct);
            return 0;
        },
        cancellationToken);

    /// <summary>Gives back what jobs hold whose time is over, and what sessions hold that never opened; returns how many.</summary>
    public Task<int> SweepAsync(DateTimeOffset now, DateTimeOffset fresh, CancellationToken cancellationToken) =>
        database.WriteAsync((c, ct) => c.ExecuteAsync(new CommandDefinition(database.Sql["QuotaHold_Sweep"], new { now, fresh }, cancellationToken: ct)), cancellationToken);

    private Task<int> ClearAsync(System.Data.Common.DbConnection connection, string holder, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(database.Sql["QuotaHold_Clear"], new { holder }, cancellationToken: cancellationToken));

    private static string Text(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
