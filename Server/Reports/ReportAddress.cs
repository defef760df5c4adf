using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Server.Reports;

/// <summary>
/// A report as the texts of its address: what is shared, saved and sent by schedule. Reading it checks no name; <see cref="ToRequest"/> does what can be
/// checked without the database.
/// </summary>
internal sealed record ReportAddress
{
    private const int LongestText = 256;

    /// <summary>Names of all members in the query, <c>name</c> first.</summary>
    public static ImmutableArray<string> Members { get; } =
        ["name", "period", "from", "to", "by", "compare", "compareFrom", "compareTo", "device", "user", "project", "department", "costCentre", "site", "function", "cause", "hour"];

    private readonly ImmutableDictionary<string, string> texts;

    private ReportAddress(ImmutableDictionary<string, string> texts) => this.texts = texts;

    /// <summary>Name of the report; users when none was given.</summary>
    public string Name => this["name"] ?? "users";

    /// <summary>A member; null when it is absent or empty.</summary>
    public string? this[string member] => texts.GetValueOrDefault(member);

    /// <summary>Reads the members out of a query. Throws <see cref="ReportRequestException"/> for a text that is longer than any name.</summary>
    public static ReportAddress Read(Func<string, string?> query)
    {
        var texts = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (string member in Members)
        {
            if (query(member) is { Length: > 0 } text)
            {
                texts[member] = text.Length <= LongestText ? text : throw new ReportRequestException($"'{member}' is longer than {LongestText} characters.");
            }
        }

        return new ReportAddress(texts.ToImmutable());
    }

    /// <summary>Reads what <see cref="ToQuery"/> wrote.</summary>
    public static ReportAddress Parse(string query)
    {
        var parsed = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query);
        return Read(m => parsed.TryGetValue(m, out var value) ? value.ToString() : null);
    }

    /// <summary>The same address with some members otherwise; null takes one out.</summary>
    public ReportAddress With(params ReadOnlySpan<(string Member, string? Text)> changes)
    {
        var builder = texts.ToBuilder();
        foreach ((string member, string? text) in changes)
        {
            builder.Remove(member);
            if (!string.IsNullOrEmpty(text))
            {
                builder[member] = text;
            }
        }

        return new ReportAddress(builder.ToImmutable());
    }

    /// <summary>The query in one order of members, escaped, without a question mark.</summary>
    public string ToQuery() => string.Join('&', Members.Where(m => this[m] is not null).Select(m => $"{m}={Uri.EscapeDataString(this[m]!)}"));

    /// <summary>The period. Throws <see cref="ReportRequestException"/>.</summary>
    public ReportPeriod Period(TimeZoneInfo zone, DateTimeOffset now)
    {
        if (this["period"] is { } word && this["from"] is null && this["to"] is null)
        {
            return ReportSpans.Of(word, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime)) is { } days
                ? ReportSpans.Between(days.First, days.Last, zone)
                : throw new ReportRequestException($"There is no period '{(word.Length <= 40 ? word : word[..40] + "…")}'; use one of {string.Join(", ", ReportSpans.Words)}.");
        }

        return ReportPeriod.TryParse(this["from"], this["to"], zone, now, out string error) ?? throw new ReportRequestException(error);
    }

    /// <summary>The request of an asker with this scope. Throws <see cref="ReportRequestException"/> for what can't be.</summary>
    public ReportRequest ToRequest(ReportScope scope, TimeZoneInfo zone, DateTimeOffset now)
    {
        ReportPeriod period = Period(zone, now);
        (ReportPeriod? compared, bool isCut) = Compared(period, zone, now);
        return new ReportRequest(Name, period, scope, this["by"], this["device"], this["user"])
        {
            Project = this["project"], Department = this["department"], CostCentre = this["costCentre"], Site = this["site"], Function = this["function"], Cause = this["cause"],
            Hour = this["hour"] is not { } hour ? null
                : int.TryParse(hour, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw new ReportRequestException("An hour is a number from 0 to 23."),
            Compare = compared, CompareIsCut = isCut,
        };
    }

    /// <summary>The period that <paramref name="period"/> is compared with, null for none, and whether it was cut to what has passed of it.</summary>
    private (ReportPeriod? Period, bool IsCut) Compared(ReportPeriod period, TimeZoneInfo zone, DateTimeOffset now)
    {
        bool hasLimits = this["compareFrom"] is not null || this["compareTo"] is not null;
        switch (this["compare"] ?? (hasLimits ? "period" : null))
        {
            case null:
                return (null, false);
            case "period" when !hasLimits:
                throw new ReportRequestException("Another period to compare with needs its limits: give 'compareFrom' and 'compareTo'.");
            case "period":
                return (ReportPeriod.TryParse(this["compareFrom"], this["compareTo"], zone, now, out string error, ("compareFrom", "compareTo")) ?? throw new ReportRequestException(error), false);
            case var one when ReportSpans.Comparisons.Contains(one):
                return ReportSpans.Compared(period, one, zone, now);
            default:
                throw new ReportRequestException("A report is compared with 'before' (as long a time before), 'year' (a year ago) or 'period' (from 'compareFrom' to 'compareTo').");
        }
    }
}
