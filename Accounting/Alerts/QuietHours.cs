namespace CopyTrack.Accounting.Alerts;

/// <summary>When nobody is told: from a time of the day to another (over midnight where the second is earlier; equal for none), and whole days of the week, by the clocks of a zone.</summary>
/// <param name="From">Minute of the day at which it begins.</param>
/// <param name="To">Minute of the day at which it ends.</param>
/// <param name="Days">Days that are quiet as a whole: bit 0 is Sunday, bit 6 Saturday.</param>
public readonly record struct QuietHours(int From, int To, int Days)
{
    /// <summary>Minutes of a day.</summary>
    public const int Day = 24 * 60;

    private const int AllDays = 0x7F;

    /// <summary>Nothing is quiet.</summary>
    public static QuietHours None => default;

    /// <summary>False for times outside a day, for unknown days, and where all days are quiet, so that nobody would ever be told.</summary>
    public bool IsPossible => From is >= 0 and < Day && To is >= 0 and < Day && Days is >= 0 and < AllDays;

    /// <summary>Whether it is quiet at <paramref name="time"/> on the clocks of <paramref name="zone"/>.</summary>
    public bool IsQuiet(DateTimeOffset time, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(time, zone);
        var minute = (local.Hour * 60) + local.Minute;
        return (Days & (1 << (int)local.DayOfWeek)) != 0 || (From < To ? minute >= From && minute < To : From > To && (minute >= From || minute < To));
    }
}
