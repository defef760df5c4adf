using CopyTrack.Accounting.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Journal;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Charging;

/// <summary>A session that spends: whose, where, for which project, and what it has spent so far.</summary>
internal sealed record SpendingSession(long SessionId, long DeviceId, long PersonId, long? ProjectId, long Spent);

/// <summary>
/// Sets money of limits aside for what runs, so that two devices can't spend the same. It goes down as entries are booked, in their transaction, and ends with the session or the
/// job's receipt. Throws <see cref="StorageUnavailableException"/>.
/// </summary>
internal sealed class Reservations(QuotaHoldRepository holds, ChargingOptions options, TimeProvider time, ILogger<Reservations> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    /// <summary>True when the session should ask for its next step: little of the last is left. <paramref name="ceiling"/> is where that ends.</summary>
    public bool IsDue(long ceiling, long spent) => ceiling - spent < options.Step / 2;

    /// <summary>The session's next step (<see cref="HoldRules.Step"/>).</summary>
    public Task<Hold> StepAsync(SpendingSession session, DateOnly today, CancellationToken cancellationToken) =>
        OfSessionAsync(session, today, limits => HoldRules.Step(limits, session.Spent, options.Step), cancellationToken);

    /// <summary>What a job of the session needs, null for unknown.</summary>
    public Task<Hold> JobAsync(SpendingSession session, long? needed, DateOnly today, CancellationToken cancellationToken) =>
        OfSessionAsync(session, today, limits => HoldRules.Job(limits, session.Spent, needed ?? options.Job), cancellationToken);

    /// <summary>What a job outside sessions needs, null for unknown; held until its receipt is booked, or until its time is over. The same job again takes nothing more.</summary>
    public Task<Hold> JobAsync(long deviceId, string job, long personId, long? projectId, long? needed, DateOnly today, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return holds.TakeAsync(
            new HoldQuestion(personId, projectId, HoldKeys.Job(deviceId, job), deviceId) { Until = now + options.JobTime }, today, now,
            limits => HoldRules.Job(limits.Select(l => l.Use), 0, needed ?? options.Job), cancellationToken);
    }

    /// <summary>Gives back what a session holds that did not open.</summary>
    public Task ReleaseAsync(long sessionId, CancellationToken cancellationToken) => holds.ReleaseAsync(HoldKeys.Session(sessionId), cancellationToken);

    /// <summary>Gives back what a job outside sessions holds.</summary>
    public Task ReleaseJobAsync(long deviceId, string job, CancellationToken cancellationToken) => holds.ReleaseAsync(HoldKeys.Job(deviceId, job), cancellationToken);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SweepAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; what is held stays until it is back.
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = time.GetUtcNow();
            await holds.SweepAsync(now, now - s_pause, cancellationToken);
        }
        catch (StorageUnavailableException e)
        {
            logger.HoldsKept(e.Message);
        }
    }

    private Task<Hold> OfSessionAsync(SpendingSession session, DateOnly today, Func<IEnumerable<QuotaUse>, Hold> decide, CancellationToken cancellationToken) => holds.TakeAsync(
        new HoldQuestion(session.PersonId, session.ProjectId, HoldKeys.Session(session.SessionId), session.DeviceId) { SessionId = session.SessionId, Spent = session.Spent },
        today, time.GetUtcNow(), limits => Raised(decide(limits.Select(l => l.Use)), limits), cancellationToken);

    /// <summary>What the session was promised before is not taken from it.</summary>
    private static Hold Raised(Hold hold, IReadOnlyList<StandingQuota> limits) =>
        hold.Ceiling is { } ceiling ? hold with { Ceiling = Math.Max(ceiling, limits.Where(l => l.HardMicros is not null).Min(l => l.Granted)) } : hold;
}
