using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Server.Reports.Schedules;

/// <summary>
/// A cron text of five fields: minute, hour, day of the month, month, day of the week; <c>*</c>, numbers, ranges, lists, steps, names of months and days in English,
/// <c>L</c> for the last day of a month. Where both days are given, either of them is enough, as in every cron. Pure.
/// </summary>
internal sealed class CronText
{
    private const int LongestText = 100;

    // A leap day on a given weekday comes within 28 years, across 2100 within 40.
    private const int MostDays = 40 * 366;

    private static readonly string[] s_months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] s_days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly ImmutableArray<int> minutes, hours, days, months, weekdays;
    private readonly bool lastDay, anyDay, anyWeekday;

    private CronText(string text, ImmutableArray<int> minutes, ImmutableArray<int> hours, (ImmutableArray<int> Days, bool Last, bool Any) days, ImmutableArray<int> months, (ImmutableArray<int> Days, bool Any) weekdays)
    {
        Text = text;
        (this.minutes, this.hours, this.months) = (minutes, hours, months);
        (this.days, lastDay, anyDay) = days;
        (this.weekdays, anyWeekday) = weekdays;
    }

    /// <summary>The text with single blanks.</summary>
    public string Text { get; }

    /// <summary>True when no two of its times lie in one hour.</summary>
    public bool IsHourlyAtMost => minutes.Length == 1;

    /// <summary>Reads a text; null and one sentence in <paramref name="error"/> for what is none.</summary>
    public static CronText? TryParse(string? text, out string error)
    {
        string[] fields = (text ?? "").Length > LongestText ? [] : (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length != 5)
        {
            error = "A time has five fields: minute, hour, day of the month, month, day of the week, as in '0 8 1 * *'.";
            return null;
        }

        bool last = fields[2].Split(',').Any(f => f is "L" or "l");
        string days = string.Join(',', fields[2].Split(',').Where(f => f is not ("L" or "l")));
        var (minute, hour, month) = (Field(fields[0], 0, 59, []), Field(fields[1], 0, 23, []), Field(fields[3], 1, 12, s_months, 1));
        ImmutableArray<int>? day = days.Length == 0 ? [] : Field(days, 1, 31, []);
        ImmutableArray<int>? weekday = Field(fields[4], 0, 7, s_days);
        error = minute is null ? "the minute (0 to 59)" : hour is null ? "the hour (0 to 23)" : day is null ? "the day of the month (1 to 31, or L for the last)"
            : month is null ? "the month (1 to 12)" : weekday is null ? "the day of the week (0 to 6, 0 is Sunday)" : "";
        if (error.Length > 0)
        {
            error = $"This can't be read: {error}.";
            return null;
        }

        CronText made = new(string.Join(' ', fields), minute!.Value, hour!.Value, (day!.Value, last, fields[2] == "*"), month!.Value, ([.. weekday!.Value.Select(d => d % 7).Distinct().Order()], fields[4] == "*"));
        if (made.Next(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc) is null)
        {
            error = "No day ever fits this time.";
            return null;
        }

        return made;
    }

    /// <summary>
    /// The first moment after <paramref name="after"/> that fits, by the clocks of <paramref name="zone"/>. A time that clocks skip is taken at the first moment behind the gap, one that
    /// comes twice at its first; so a daily time comes once on each day of the year. Null when no day fits within 40 years.
    /// </summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        // Clocks may have been set back since: the day before is looked at too.
        DateOnly day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(after, zone).DateTime);
        for (int n = 0; n < MostDays && day.Year < 9998; n++, day = day.AddDays(1))
        {
            if (!Fits(day))
            {
                continue;
            }

            foreach (int hour in hours)
            {
                foreach (int minute in minutes)
                {
                    DateTimeOffset moment = Moment(day.ToDateTime(new TimeOnly(hour, minute)), zone);
                    if (moment > after)
                    {
                        return moment;
                    }
                }
            }
        }

        return null;
    }

    private static DateTimeOffset Moment(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        TimeSpan offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private bool Fits(DateOnly day)
    {
        if (!months.Contains(day.Month))
        {
            return false;
        }

        bool ofMonth = days.Contains(day.Day) || (lastDay && day.AddDays(1).Day == 1);
        bool ofWeek = weekdays.Contains((int)day.DayOfWeek);
        return anyDay ? ofWeek : anyWeekday ? ofMonth : ofMonth || ofWeek;
    }

    private static ImmutableArray<int>? Field(string text, int least, int most, string[] names, int first = 0)
    {
        SortedSet<int> values = [];
        foreach (string part in text.Split(','))
        {
            string[] stepped = part.Split('/');
            int step = 1;
            if (stepped.Length > 2 || (stepped.Length == 2 && (!Number(stepped[1], [], 0, out step) || step < 1)))
            {
                return null;
            }

            string[] range = stepped[0].Split('-');
            int from = least, to = most;
            if (stepped[0] != "*" && (range.Length > 2 || !Number(range[0], names, first, out from) || !Number(range[^1], names, first, out to)))
            {
                return null;
            }

            if (stepped is [not "*", _] && range.Length == 1)
            {
                to = most;
            }

            if (from < least || to > most || from > to)
            {
                return null;
            }

            for (int value = from; value <= to; value += step)
            {
                values.Add(value);
            }
        }

        return [.. values];
    }

    private static bool Number(string text, string[] names, int first, out int value)
    {
        int named = Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = named + first;
        return named >= 0 || (text.Length <= 4 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value));
    }
}
