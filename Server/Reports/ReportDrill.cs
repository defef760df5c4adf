using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Server.Reports;

/// <summary>From a number of a report to the address of the jobs behind it, so that their sum is the number. Pure.</summary>
internal static class ReportDrill
{
    private static readonly string[] s_days = ["yyyy-MM", "yyyy-MM-dd"];

    /// <summary>Columns that count what was made in the period of the report; those of the meters tell how far they moved, which jobs of the device explain.</summary>
    private static readonly FrozenSet<string> s_now = new[] { "jobs", "metered", "attributed", "delta", "first", "last" }
        .Concat(CountColumns.All.Where(c => c.Kind is ColumnKind.Count or ColumnKind.Money).Select(c => c.Name)).ToFrozenSet();

    private static readonly FrozenSet<string> s_earlier = new[] { "impressionsBefore", "costBefore" }.ToFrozenSet();

    /// <summary>True for a column that counts what was made in the period of the report, so that jobs come to it.</summary>
    public static bool CountsNow(string column) => s_now.Contains(column);

    /// <summary>The address of the jobs that a row counts.</summary>
    public static ReportAddress Of(ReportAddress address, Report report, ImmutableArray<object?> row, TimeZoneInfo zone) => Of(OfAll(address, report), report, row, report.Period, zone);

    /// <summary>The address of the jobs that a row counts in the period that the report is compared with; null in a report that is not compared.</summary>
    public static ReportAddress? Earlier(ReportAddress address, Report report, ImmutableArray<object?> row, TimeZoneInfo zone) =>
        report.Before is { } before ? Of(InPeriod(OfAll(address, report), before), report, row, before, zone) : null;

    /// <summary>
    /// The address of the jobs behind one number: of a row, or of the totals for null. Null for what is no sum of jobs: changes, shares, texts. What is unexplained by jobs has none either.
    /// </summary>
    public static ReportAddress? OfCell(ReportAddress address, Report report, ImmutableArray<object?>? row, string column, TimeZoneInfo zone)
    {
        ReportAddress? behind = s_now.Contains(column) ? row is { } r ? Of(address, report, r, zone) : OfAll(address, report)
            : s_earlier.Contains(column) && report.Before is { } before ? row is { } e ? Earlier(address, report, e, zone) : InPeriod(OfAll(address, report), before)
            : null;
        return column == "attributed" ? behind?.With(("cause", ReportRequest.NoOne)) : behind;
    }

    /// <summary>The address of all jobs that a report counts, with its period as days or times.</summary>
    public static ReportAddress OfAll(ReportAddress address, Report report)
    {
        ReportAddress all = InPeriod(address.With(("name", "jobs"), ("by", null), ("compare", null), ("compareFrom", null), ("compareTo", null)), report.Period);
        // Reports about people leave out what belongs to no one; they tell it beside.
        bool people = report.Unattributed is not null || report.Name is "users" or "departments" or "costCentres" or "projects" || report.By is "user" or "department" or "costCentre";
        return people ? all.With(("cause", all["cause"] ?? ReportRequest.NoOne)) : all;
    }

    /// <summary>The jobs of a row that have a cause, for reports that tell causes beside each other.</summary>
    public static ReportAddress OfCause(ReportAddress address, Report report, ImmutableArray<object?>? row, string cause, TimeZoneInfo zone) =>
        (row is { } r ? Of(address, report, r, zone) : OfAll(address, report)).With(("cause", cause));

    private static ReportAddress Of(ReportAddress all, Report report, ImmutableArray<object?> row, ReportPeriod period, TimeZoneInfo zone)
    {
        string main = report.Name is "coverage" or "meters" ? "device" : report.Name[..^1];
        ReportAddress behind = Narrowed(all, main, row[0] as string, report.Period, period, zone);
        return report.By is { } by ? Narrowed(behind, by, row[2] as string, report.Period, period, zone) : behind;
    }

    private static ReportAddress InPeriod(ReportAddress address, ReportPeriod period)
    {
        (string from, string to) = period.Days is { } days ? (ReportSpans.Text(days.First), ReportSpans.Text(days.Last)) : (ReportJson.Rfc3339(period.From), ReportJson.Rfc3339(period.To));
        return address.With(("period", null), ("from", from), ("to", to));
    }

    private static ReportAddress Narrowed(ReportAddress address, string dimension, string? key, ReportPeriod shown, ReportPeriod period, TimeZoneInfo zone) => dimension switch
    {
        "month" => Days(address, key, d => ReportSpans.Counterpart(d, true, shown, period, zone), m => (m, m.AddMonths(1).AddDays(-1)), period, zone),
        "day" => Days(address, key, d => ReportSpans.Counterpart(d, false, shown, period, zone), d => (d, d), period, zone),
        _ => address.With((dimension, key ?? ReportRequest.NoOne)),
    };

    /// <summary>Cuts days out of the period: as days where it begins and ends with days, else as times.</summary>
    private static ReportAddress Days(ReportAddress address, string? key, Func<DateOnly, DateOnly> counterpart, Func<DateOnly, (DateOnly First, DateOnly Last)> span, ReportPeriod period, TimeZoneInfo zone)
    {
        if (!DateOnly.TryParseExact(key, s_days, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
        {
            return address;
        }

        (DateOnly first, DateOnly last) = span(counterpart(day));
        if (period.Days is { } days)
        {
            return address.With(("from", ReportSpans.Text(first < days.First ? days.First : first)), ("to", ReportSpans.Text(last > days.Last ? days.Last : last)));
        }

        (DateTimeOffset from, DateTimeOffset to) = (ReportPeriod.Midnight(first, zone), ReportPeriod.Midnight(last.AddDays(1), zone));
        return address.With(("from", ReportJson.Rfc3339(from < period.From ? period.From : from)), ("to", ReportJson.Rfc3339(to > period.To ? period.To : to)));
    }
}
