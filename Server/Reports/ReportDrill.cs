using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Server.Reports;

/// <summary>From a number of a report to the address of the jobs behind it, so that their sum is the number. Pure.</summary>
internal static class ReportDrill
{
    private static readonly string[] s_days = ["yyyy-MM", "yyyy-MM-dd"];

    /// <summary>The address of the jobs that a row counts.</summary>
    public static ReportAddress Of(ReportAddress address, Report report, ImmutableArray<object?> row, TimeZoneInfo zone)
    {
        ReportAddress behind = OfAll(address, report);
        behind = Narrowed(behind, report.Name[..^1], row[0] as string, report.Period, zone);
        return address["by"] is { } by ? Narrowed(behind, by, row[2] as string, report.Period, zone) : behind;
    }

    /// <summary>The address of all jobs that a report counts, with its period as days or times.</summary>
    public static ReportAddress OfAll(ReportAddress address, Report report)
    {
        (string from, string to) = report.Period.Days is { } days ? (ReportSpans.Text(days.First), ReportSpans.Text(days.Last)) : (ReportJson.Rfc3339(report.Period.From), ReportJson.Rfc3339(report.Period.To));
        ReportAddress all = address.With(("name", "jobs"), ("period", null), ("from", from), ("to", to), ("by", null), ("compare", null));
        // Reports about people leave out what belongs to no one; they tell it beside.
        return report.Unattributed is not null || report.Name is "users" or "departments" or "costCentres" or "projects" ? all.With(("cause", all["cause"] ?? ReportRequest.NoOne)) : all;
    }

    private static ReportAddress Narrowed(ReportAddress address, string dimension, string? key, ReportPeriod period, TimeZoneInfo zone) => dimension switch
    {
        "month" => Days(address, key, m => (m, m.AddMonths(1).AddDays(-1)), period, zone),
        "day" => Days(address, key, d => (d, d), period, zone),
        _ => address.With((dimension, key ?? ReportRequest.NoOne)),
    };

    /// <summary>Cuts days out of the period: as days where it begins and ends with days, else as times.</summary>
    private static ReportAddress Days(ReportAddress address, string? key, Func<DateOnly, (DateOnly First, DateOnly Last)> span, ReportPeriod period, TimeZoneInfo zone)
    {
        if (!DateOnly.TryParseExact(key, s_days, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
        {
            return address;
        }

        (DateOnly first, DateOnly last) = span(day);
        if (period.Days is { } days)
        {
            return address.With(("from", ReportSpans.Text(first < days.First ? days.First : first)), ("to", ReportSpans.Text(last > days.Last ? days.Last : last)));
        }

        (DateTimeOffset from, DateTimeOffset to) = (ReportPeriod.Midnight(first, zone), ReportPeriod.Midnight(last.AddDays(1), zone));
        return address.With(("from", ReportJson.Rfc3339(from < period.From ? period.From : from)), ("to", ReportJson.Rfc3339(to > period.To ? period.To : to)));
    }
}
