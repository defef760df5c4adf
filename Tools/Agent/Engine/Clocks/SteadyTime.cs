namespace CopyTrack.Agent.Clocks;

/// <summary>
/// The time of day without its steps: it begins with the machine's and goes on by the machine's uptime, until somebody has it follow. Whatever is read between two such moments has times that fit
/// each other, even when a clock that is years off is put right meanwhile. Timers are the machine's. Safe for use by many threads.
/// </summary>
internal sealed class SteadyTime : TimeProvider
{
    /// <summary>From here on a difference is a step of the clock, and not the drift of two of them.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _wall;
    private readonly Func<BootMoment> _uptime;
    private Anchor _anchor;

    public SteadyTime(TimeProvider wall, Func<BootMoment> uptime)
    {
        (_wall, _uptime) = (wall, uptime);
        _anchor = Take();
    }

    /// <summary>The moment by the machine's uptime.</summary>
    public BootMoment Moment => _uptime();

    /// <summary>The machine's time of day, with its steps.</summary>
    public DateTimeOffset Wall => _wall.GetUtcNow();

    /// <summary>Since some moment; for what is due after a while, whatever is done to the time of day.</summary>
    public TimeSpan Elapsed => _uptime().Uptime;

    /// <inheritdoc/>
    public override long TimestampFrequency => _wall.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _wall.LocalTimeZone;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        var anchor = Volatile.Read(ref _anchor);
        return Add(anchor.Wall, _uptime().Uptime - anchor.Uptime);
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => _wall.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _wall.CreateTimer(callback, state, dueTime, period);

    /// <summary>Goes on from the time of day as it is now; gives by how much that was set since the last time, null when it was not.</summary>
    public TimeSpan? Follow()
    {
        var before = GetUtcNow();
        var next = Take();
        Volatile.Write(ref _anchor, next);
        var step = next.Wall - before;
        return step.Duration() >= Step ? step : null;
    }

    /// <summary>A time with something added, kept within what times can be.</summary>
    internal static DateTimeOffset Add(DateTimeOffset time, TimeSpan span)
    {
        var ticks = (decimal)time.UtcTicks + span.Ticks;
        return new DateTimeOffset((long)Math.Clamp(ticks, DateTime.UnixEpoch.Ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }

    private Anchor Take() => new(_wall.GetUtcNow(), _uptime().Uptime);

    private sealed record Anchor(DateTimeOffset Wall, TimeSpan Uptime);
}
