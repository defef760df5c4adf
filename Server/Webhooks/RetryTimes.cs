namespace CopyTrack.Server.Webhooks;

/// <summary>When a try that failed is repeated, and when a receiver is left alone.</summary>
internal static class RetryTimes
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(5), s_longest = TimeSpan.FromHours(1);

    // Single failures are of single events; three in a row are the receiver's.
    private const long InARow = 3;

    /// <summary>
    /// Time until the next try after so many: 5 s, 10 s, 20 s and so on up to an hour, a fifth more or less by <paramref name="chance"/> (0 to 1), so that receivers that come back are not met by all at once. A
    /// receiver may ask for a longer time, up to an hour.
    /// </summary>
    public static TimeSpan After(long tries, double chance, TimeSpan? asked)
    {
        var time = tries >= 11 ? s_longest : TimeSpan.FromTicks(Math.Min(s_longest.Ticks, s_first.Ticks << (int)Math.Max(0, tries - 1)));
        time *= 0.8 + (0.4 * chance);
        return asked > time ? asked < s_longest ? asked.Value : s_longest : time;
    }

    /// <summary>How long a receiver that failed so often in a row gets nothing; null while it failed less than three times.</summary>
    public static TimeSpan? Rest(long failures, double chance) => failures < InARow ? null : After(failures - InARow + 1, chance, null);

    /// <summary>True when one event at a time is tried, because the receiver fails.</summary>
    public static bool OneAtATime(long failures) => failures >= InARow;
}
