namespace CopyTrack.Agent.Clocks;

/// <summary>When something was made: by the clock as it stood then, and by the machine's uptime.</summary>
internal readonly record struct Origin(BootMoment Moment, DateTimeOffset Created);

/// <summary>What the clock said at a moment of a boot, after it had been set.</summary>
internal sealed record ClockMark(Guid Boot, long UptimeMs, DateTimeOffset Wall);

/// <summary>
/// Puts right when messages were made that waited while the clock was set, as on a machine that knows the time only once it reaches a network. Within a boot the machine's uptime tells how old a message
/// is, also after a restart of the agent. Of earlier boots only those are known whose clock was set while the agent ran: that is noted in a file. What nothing is known of stays as it is.
/// </summary>
internal sealed class ClockBook
{
    private const string FileName = "clock.json";
    private const int MostMarks = 8;

    private readonly StateFolder _folder;
    private readonly SteadyTime _time;
    private readonly List<ClockMark> _marks;

    public ClockBook(StateFolder folder, SteadyTime time)
    {
        (_folder, _time) = (folder, time);
        _marks = [.. (folder.Read(FileName, SettingsJson.Default.ListClockMark) ?? []).TakeLast(MostMarks)];
    }

    /// <summary>The origin of what is made now.</summary>
    public Origin Now => new(_time.Moment, _time.GetUtcNow());

    /// <summary>Follows the clock; gives by how much it was set (null: it was not), once that is noted. A disk that takes no note costs only what a later boot could have known.</summary>
    public TimeSpan? Follow()
    {
        if (_time.Follow() is not { } step)
        {
            return null;
        }

        var now = _time.Moment;
        _marks.RemoveAll(m => m.Boot == now.Boot);
        _marks.Add(new ClockMark(now.Boot, (long)now.Uptime.TotalMilliseconds, _time.Wall));
        _marks.RemoveRange(0, Math.Max(0, _marks.Count - MostMarks));
        _folder.TryWrite(FileName, _marks, SettingsJson.Default.ListClockMark);
        return step;
    }

    /// <summary>When something was made, by the clock as it stands now: its own word where the clock was not set since, or where nothing is known.</summary>
    public DateTimeOffset Made(Origin origin)
    {
        var now = _time.Moment;
        var made = origin.Moment.Boot == now.Boot ? SteadyTime.Add(_time.Wall, origin.Moment.Uptime - now.Uptime)
            : _marks.Find(m => m.Boot == origin.Moment.Boot) is { } mark ? SteadyTime.Add(mark.Wall, origin.Moment.Uptime - TimeSpan.FromMilliseconds(mark.UptimeMs))
            : origin.Created;
        return (made - origin.Created).Duration() < SteadyTime.Step ? origin.Created : made;
    }
}
