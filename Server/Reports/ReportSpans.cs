using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Server.Reports;

/// <summary>Periods by a word, so that a saved report means the month that is over on the day it runs; and the periods to compare with. Pure.</summary>
internal static class ReportSpans
{
    /// <summary>All words.</summary>
    public static ImmutableArray<string> Words { get; } =
        ["today", "yesterday", "thisWeek", "lastWeek", "thisMonth", "lastMonth", "thisQuarter", "lastQuarter", "thisYear", "lastYear", "last30Days", "last12Months"];

    /// <summary>What a report can be compared with: the same length before, or the same days a year ago.</summary>
    public static ImmutableArray<string> Comparisons { get; } = ["before", "year"];

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
    /// The period to compare with. Whole months are moved by months, so that February stands beside January; other days by their number, times by their length.
    /// </summary>
    public static ReportPeriod Compared(ReportPeriod period, string comparison, TimeZoneInfo zone)
    {
        if (period.Days is not { } days)
        {
            TimeSpan length = comparison == "year" ? TimeSpan.FromDays(365) : period.To - period.From;
            return new ReportPeriod(period.From - length, period.To - length, null);
        }

        bool whole = days.First.Day == 1 && days.Last.AddDays(1).Day == 1;
        int months = ((days.Last.Year - days.First.Year) * 12) + days.Last.Month - days.First.Month + 1;
        return (comparison, whole) switch
        {
            ("year", true) => Between(days.First.AddYears(-1), days.Last.AddDays(1).AddYears(-1).AddDays(-1), zone),
            ("year", false) => Between(days.First.AddYears(-1), days.Last.AddYears(-1), zone),
            (_, true) => Between(days.First.AddMonths(-months), days.First.AddDays(-1), zone),
            _ => Between(days.First.AddDays(days.First.DayNumber - days.Last.DayNumber - 1), days.First.AddDays(-1), zone),
        };
    }

    /// <summary>The period of these local days, both included.</summary>
    public static ReportPeriod Between(DateOnly first, DateOnly last, TimeZoneInfo zone) =>
        new(ReportPeriod.Midnight(first, zone), ReportPeriod.Midnight(last.AddDays(1), zone), (first, last));

    /// <summary>A day in the form of addresses and dates of the API.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
