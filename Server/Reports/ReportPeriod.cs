using System.Globalization;

namespace CopyTrack.Server.Reports;

/// <summary>
/// Time a report covers: from <see cref="From"/> inclusive to <see cref="To"/> exclusive. <see cref="Days"/> are the same limits as local dates
/// (last day inclusive) when both fall on a local midnight, so that daily sums answer exactly; else null.
/// </summary>
internal sealed record ReportPeriod(DateTimeOffset From, DateTimeOffset To, (DateOnly First, DateOnly Last)? Days)
{
    /// <summary>
    /// Reads the limits of docs/interfaces.md §1: a date in <paramref name="zone"/> or an RFC 3339 time; null or empty means the current month's.
    /// A <paramref name="to"/> that is a date includes that day. Returns null and one sentence in <paramref name="error"/> for anything else, which calls the limits by their
    /// <paramref name="names"/> where they are asked for under others than from and to.
    /// </summary>
    public static ReportPeriod? TryParse(string? from, string? to, TimeZoneInfo zone, DateTimeOffset now, out string error, (string From, string To)? names = null)
    {
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        (string first, string last) = names ?? ("from", "to");
        Limit? begin = Read(first, from, zone, out error);
        Limit? end = error.Length == 0 ? Read(last, to, zone, out error) : null;
        if (error.Length > 0)
        {
            return null;
        }

        DateOnly anchor = end?.Day ?? begin?.Day ?? today;
        begin ??= At(MonthOf(anchor), zone);
        end ??= At(begin.Day > today ? LastOf(begin.Day) : LastOf(today), zone) with { IsDay = true };
        DateTimeOffset until = end.IsDay ? Midnight(end.Day.AddDays(1), zone) : end.Time;
        if (until <= begin.Time)
        {
            error = string.Create(CultureInfo.InvariantCulture, $"The period ends at {Said(end)}, not after its beginning {Said(begin)}; give a later '{last}' or an earlier '{first}'.");
            return null;
        }

        return Between(begin.Time, until, zone);

        // A day as it was given: its end is the next one's beginning, which would confuse.
        string Said(Limit limit) => limit.IsDay || limit.Time == Midnight(limit.Day, zone) ? limit.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : limit.Time.ToString("O", CultureInfo.InvariantCulture);
    }

    /// <summary>The period between two instants.</summary>
    public static ReportPeriod Between(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone) => new(from, to, DaysOf(from, to, zone));

    /// <summary>The days that lie whole in this period, both included; null when it has none.</summary>
    public (DateOnly First, DateOnly Last)? WholeDays(TimeZoneInfo zone)
    {
        if (Days is not null)
        {
            return Days;
        }

        DateOnly first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(From, zone).DateTime), after = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(To, zone).DateTime);
        first = Midnight(first, zone) < From ? first.AddDays(1) : first;
        return first < after ? (first, after.AddDays(-1)) : null;
    }

    /// <summary>The current month in <paramref name="zone"/>.</summary>
    public static ReportPeriod ThisMonth(TimeZoneInfo zone, DateTimeOffset now) => TryParse(null, null, zone, now, out _)!;

    private static (DateOnly, DateOnly)? DaysOf(DateTimeOffset from, DateTimeOffset until, TimeZoneInfo zone)
    {
        DateOnly first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime);
        DateOnly after = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(until, zone).DateTime);
        return Midnight(first, zone) == from && Midnight(after, zone) == until ? (first, after.AddDays(-1)) : null;
    }

    private static Limit? Read(string name, string? text, TimeZoneInfo zone, out string error)
    {
        error = "";
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
            && day.Year is >= 1970 and < 9999)
        {
            return At(day, zone) with { IsDay = true };
        }

        if (text.Length is >= 20 and <= 40 && text[10] is 'T' or 't' && text[^1] is not ('+' or '-') && HasOffset(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time)
            && time.Year is >= 1970 and < 9999)
        {
            return new Limit(time.ToUniversalTime(), DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, zone).DateTime), false);
        }

        error = $"'{name}' is neither a date like 2026-03-31 nor an RFC 3339 time like 2026-03-31T12:00:00Z.";
        return null;
    }

    private static bool HasOffset(string text) => text[^1] is 'Z' or 'z' || (text[^3] == ':' && text[^6] is '+' or '-');

    private static Limit At(DateOnly day, TimeZoneInfo zone) => new(Midnight(day, zone), day, false);

    private static DateOnly MonthOf(DateOnly day) => new(day.Year, day.Month, 1);

    private static DateOnly LastOf(DateOnly day) => MonthOf(day).AddMonths(1).AddDays(-1);

    /// <summary>The instant at which a local day begins; where clocks skip midnight, the first one that exists.</summary>
    public static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone) => Instant(day.ToDateTime(TimeOnly.MinValue), zone);

    /// <summary>The instant of a local time: the first of two, and where clocks skip it the first one that exists.</summary>
    public static DateTimeOffset Instant(DateTime local, TimeZoneInfo zone)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(15);
        }

        TimeSpan offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private sealed record Limit(DateTimeOffset Time, DateOnly Day, bool IsDay);
}
