using System.Globalization;
using Dapper;

namespace CopyTrack.Server.Data;

/// <summary>
/// The time of sessions, readings and receipts: the machine's clock, except that it never goes back. When that clock is set back this one goes on, a little slower than time passes, until the
/// two meet; a reading is never older than the border before it for that reason. What has to do with the world (certificates, codes, tickets) asks the machine's clock itself.
/// Safe for use by many threads.
/// </summary>
internal sealed class LedgerClock(TimeProvider clock) : TimeProvider
{
    /// <summary>Part of the time that passes by which it falls back towards the machine's clock: three hours are made good in thirty, and no time-out is felt to be longer.</summary>
    private const double Slower = 0.1;

    /// <summary>The server asks for the time many times a second: a clock that moved on by more than this was put forward.</summary>
    private static readonly TimeSpan Leap = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private DateTimeOffset last = DateTimeOffset.MinValue;
    private DateTimeOffset told = DateTimeOffset.MinValue;
    private TimeSpan ahead;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => clock.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return Look();
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => clock.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(callback, state, dueTime, period);

    /// <summary>From now on it is <paramref name="seen"/> at least. Returns how far that is before the machine's clock; zero when it is behind it.</summary>
    public TimeSpan NotBefore(DateTimeOffset seen)
    {
        lock (gate)
        {
            if (seen > Look())
            {
                (last, ahead) = (seen, seen - told);
            }

            return ahead;
        }
    }

    /// <summary>Takes up the time up to which the ledger of <paramref name="database"/> goes; called at a start, before anything is decided. Returns what <see cref="NotBefore"/> does.</summary>
    public async Task<TimeSpan> ResumeAsync(IDatabase database, CancellationToken cancellationToken)
    {
        var latest = await database.ReadAsync(
            (connection, ct) => connection.ExecuteScalarAsync<string?>(new CommandDefinition(database.Sql["DeviceState_LatestTime"], cancellationToken: ct)), cancellationToken);
        return NotBefore(DateTimeOffset.TryParse(latest, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var seen) ? seen : DateTimeOffset.MinValue);
    }

    private DateTimeOffset Look()
    {
        var now = clock.GetUtcNow();
        ahead = now < told ? ahead + (told - now)
            : now >= last && now - told > Leap ? TimeSpan.Zero
            : ahead - ((now - told) * Slower);
        ahead = ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero;
        told = now;
        return last = now + ahead > last ? now + ahead : last;
    }
}
