using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Server.Reports;

/// <summary>Periods by a word, so that a saved report means the month that is over on the day it runs; and the periods to compare with. Pure.</summary>
internal static class ReportSpans
{
    /// <summary>All words.</summary>
    public static ImmutableArray<string> Words { get; } =
        ["today", "yesterday", "thisWeek", "lastWeek", "thisMonth", "lastMonth", "thisQuarter", "lastQuarter", "thisYear", "lastYear", "last30Days", "last12Months"];

    /// <summary>What a report can be compared with: the same length before, the same days a year ago, or any other period by its own limits.</summary>
    public static ImmutableArray<string> Comparisons { get; } = ["before", "year", "period"];

    /// <summary>First and last local day of a word, seen from a day; weeks begin on Monday. Null for an unknown word.</summary>
    public static (DateOnly First, DateOnly Last)? Of(string word, DateOnly today)
    {
        DateOnly week = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        DateOnly month = new(today.Year, today.Month, 1);
        DateOnly quarter = new(today.Year, (((today.Month - 1) / 3) * 3) + 1, 1);
        DateOnly year = new(today.Year, 1, 1);
        return word switch
        {
            "today" => (today, today),
            "yesterday" => (today.AddDays(-1), today.AddDays(-1)),
            "thisWeek" => (week, week.AddDays(6)),
            "lastWeek" => (week.AddDays(-7), week.AddDays(-1)),
            "thisMonth" => (month, month.AddMonths(1).AddDays(-1)),
            "lastMonth" => (month.AddMonths(-1), month.AddDays(-1)),
            "thisQuarter" => (quarter, quarter.AddMonths(3).AddDays(-1)),
            "lastQuarter" => (quarter.AddMonths(-3), quarter.AddDays(-1)),
            "thisYear" => (year, year.AddYears(1).AddDays(-1)),
            "lastYear" => (year.AddYears(-1), year.AddDays(-1)),
            "last30Days" => (today.AddDays(-29), today),
            "last12Months" => (month.AddMonths(-12), month.AddDays(-1)),
            _ => null,
        };
    }

    /// <summary>
    /// The period to compare with, and whether it is cut: what is not over yet is compared with as much of the other one as has passed of itself. Whole months are moved by months, so that February
    /// stands beside January; other days by their number, times by their length; a year is one of the calendar.
    /// </summary>
    public static (ReportPeriod Period, bool IsCut) Compared(ReportPeriod period, string comparison, TimeZoneInfo zone, DateTimeOffset now)
    {
        ReportPeriod whole = Compared(period, comparison, zone);
        if (now <= period.From || now >= period.To)
        {
            return (whole, false);
        }

        DateTime local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        local = local.AddTicks(-(local.Ticks % TimeSpan.TicksPerMinute));
        DateTimeOffset until = comparison == "year" ? ReportPeriod.Instant(local.AddYears(-1), zone)
            : period.Days is not { } days ? whole.From + (now - period.From)
            : IsMonths(days) ? ReportPeriod.Instant(local.AddMonths(-MonthsOf(days)), zone)
            : ReportPeriod.Instant(local.AddDays(whole.Days!.Value.First.DayNumber - days.First.DayNumber), zone);
        return until <= whole.From || until >= whole.To ? (whole, false) : (ReportPeriod.Between(whole.From, until, zone), true);
    }

    /// <summary>
    /// The day or month of <paramref name="period"/> that stands at the place of a day or month of <paramref name="shown"/>: the third month beside the third one. The first day of a month, in either.
    /// </summary>
    public static DateOnly Counterpart(DateOnly day, bool isMonth, ReportPeriod shown, ReportPeriod period, TimeZoneInfo zone)
    {
        (int months, int days) = Apart(shown, period, zone);
        return isMonth ? day.AddMonths(months) : day.AddDays(days);
    }

    /// <summary>How many months and how many days the first day of <paramref name="period"/> lies after that of <paramref name="shown"/>.</summary>
    public static (int Months, int Days) Apart(ReportPeriod shown, ReportPeriod period, TimeZoneInfo zone)
    {
        (DateOnly here, DateOnly there) = (First(shown), First(period));
        return (((there.Year - here.Year) * 12) + there.Month - here.Month, there.DayNumber - here.DayNumber);

        DateOnly First(ReportPeriod p) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(p.From, zone).DateTime);
    }

    private static bool IsMonths((DateOnly First, DateOnly Last) days) => days.First.Day == 1 && days.Last.AddDays(1).Day == 1;

    private static int MonthsOf((DateOnly First, DateOnly Last) days) => ((days.Last.Year - days.First.Year) * 12) + days.Last.Month - days.First.Month + 1;

    private static ReportPeriod Compared(ReportPeriod period, string comparison, TimeZoneInfo zone)
    {
        if (period.Days is not { } days)
        {
            if (comparison != "year")
            {
                return ReportPeriod.Between(period.From - (period.To - period.From), period.From, zone);
            }

            (DateTimeOffset from, DateTimeOffset to) = (YearAgo(period.From), YearAgo(period.To));
            // The 29th of February and the 28th have one day in common a year ago.
            return ReportPeriod.Between(from, from < to ? to : from + (period.To - period.From), zone);
        }

        int months = MonthsOf(days);
        return (comparison, IsMonths(days)) switch
        {
            ("year", true) => Between(days.First.AddYears(-1), days.Last.AddDays(1).AddYears(-1).AddDays(-1), zone),
            ("year", false) => Between(days.First.AddYears(-1), days.Last.AddYears(-1), zone),
            (_, true) => Between(days.First.AddMonths(-months), days.First.AddDays(-1), zone),
            _ => Between(days.First.AddDays(days.First.DayNumber - days.Last.DayNumber - 1), days.First.AddDays(-1), zone),
        };

        DateTimeOffset YearAgo(DateTimeOffset at) => ReportPeriod.Instant(TimeZoneInfo.ConvertTime(at, zone).DateTime.AddYears(-1), zone);
    }

    /// <summary>The period of these local days, both included.</summary>
    public static ReportPeriod Between(DateOnly first, DateOnly last, TimeZoneInfo zone) =>
        new(ReportPeriod.Midnight(first, zone), ReportPeriod.Midnight(last.AddDays(1), zone), (first, last));

    /// <summary>A day in the form of addresses and dates of the API.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
