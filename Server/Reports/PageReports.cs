using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Server.Reports;

/// <summary>The reports that count pages by something: users, devices, departments, cost centres, projects, sites, months, hours, functions.</summary>
internal sealed class PageReports(UsageReader usage, EntryReader entries, ReportOptions options)
{
    /// <summary>
    /// Builds one. Reports about people hold what belongs to someone, with what belongs to no one beside the totals; the others hold all.
    /// </summary>
    public async Task<Report> BuildAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        ReportFilter filter = await entries.NarrowAsync(request, cancellationToken);
        string main = request.Name[..^1];
        string? by = request.By;
        if (by is not null && (!ReportNames.Splits.Contains(by) || by == main))
        {
            throw new ReportRequestException($"The report {request.Name} can't be split by '{by}'; use one of {string.Join(", ", ReportNames.Splits.Where(s => s != main))}.");
        }

        bool people = main is "user" or "department" or "costCentre" or "project" || by is "user" or "department" or "costCentre" || request.Scope.OnlyPeople || filter.OnlyPeople;
        UsageSplit split = new(
            Asked("user") || Asked("department") || Asked("costCentre"), Asked("project"), Asked("device") || Asked("site"), Asked("month"), Asked("day"),
            Asked("function"), Asked("cause"), Asked("hour"))
        {
            OnlyDepartments = !Asked("user") && !Asked("costCentre"), OnlyCostCentres = !Asked("user") && !Asked("department"), OnlySites = !Asked("device"),
        };
        Refuse(request, split);
        (int months, int days) = request.Compare is null ? (0, 0) : ReportSpans.Apart(request.Compare, request.Period, options.TimeZone);
        var now = await GroupedAsync(request.Period);
        var before = request.Compare is { } compared ? await GroupedAsync(compared) : null;
        ImmutableArray<ReportColumn> columns = Columns(request);
        List<ImmutableArray<object?>> rows = [];
        foreach (RowKey key in now.Keys.Union(before?.Keys.AsEnumerable() ?? []).OrderBy(k => k.Main.Key is null).ThenBy(k => k.Main.Key, StringComparer.Ordinal).ThenBy(k => k.By.Key, StringComparer.Ordinal))
        {
            rows.Add(Row(key, now.GetValueOrDefault(key), before?.GetValueOrDefault(key)));
        }

        ImmutableArray<object?> totals = Row(default, Sum(now), before is null ? null : Sum(before));
        return new Report
        {
            Name = request.Name, By = by, Period = request.Period, Columns = columns, Rows = rows.ToAsyncEnumerable(), Totals = () => totals,
            TotalColumns = [.. columns.Select(c => c.Name).Where(c => c is not ("key" or "name" or "by" or "byName"))],
            Unattributed = people && !request.Scope.OnlyPeople && !filter.OnlyPeople && filter is { PersonId: null, ProjectId: null } ? await UnattributedAsync(request, filter, cancellationToken) : null,
            Before = request.Compare, BeforeIsCut = request.CompareIsCut,
        };

        bool Asked(string name) => main == name || by == name;

        async Task<Dictionary<RowKey, Amount>> GroupedAsync(ReportPeriod period)
        {
            Dictionary<RowKey, Amount> groups = [];
            foreach (UsageSum sum in await usage.ReadAsync(period, request.Scope, filter, split, people ? true : null, cancellationToken))
            {
                UsageSum placed = ReferenceEquals(period, request.Period) ? sum : Placed(sum);
                RowKey key = new(KeyOf(main, placed), by is null ? default : KeyOf(by, placed));
                Amount amount = groups.GetValueOrDefault(key);
                groups[key] = new Amount(amount.Jobs + sum.Jobs, amount.Counts + sum.Counts);
            }

            return groups;
        }

        // A month or day of the other period stands beside the one at its place in this one.
        UsageSum Placed(UsageSum sum) => sum.Day == 0 ? sum.Month == 0 ? sum : sum with { Month = sum.Month + months }
            : split.Day ? sum with { Day = sum.Day + days }
            : sum with { Day = FirstOf(DateOnly.FromDayNumber(sum.Day)).AddMonths(months).DayNumber };

        ImmutableArray<object?> Row(RowKey key, Amount amount, Amount? earlier) =>
        [
            .. Cells(key, by is not null, amount.Jobs, amount.Counts, options.Currency), .. earlier is { } e ? ComparedColumns.Cells(amount.Counts, e.Counts) : [],
        ];
    }

    /// <summary>Columns of a report.</summary>
    public static ImmutableArray<ReportColumn> Columns(ReportRequest request) =>
    [
        new("key", ColumnKind.Text), new("name", ColumnKind.Text),
        .. request.By is null ? ImmutableArray<ReportColumn>.Empty : [new("by", ColumnKind.Text), new("byName", ColumnKind.Text)],
        new("jobs", ColumnKind.Count), .. CountColumns.All, .. request.Compare is null ? [] : ComparedColumns.All,
    ];

    /// <summary>A row of a report that is not compared.</summary>
    public static ImmutableArray<object?> Cells(ReportRequest request, UsageSum sum, string currency) =>
        Cells(new RowKey(KeyOf(request.Name[..^1], sum), request.By is null ? default : KeyOf(request.By, sum)), request.By is not null, sum.Jobs, sum.Counts, currency);

    /// <summary>A row of a report that is compared, with what the other period holds.</summary>
    public static ImmutableArray<object?> Cells(ReportRequest request, UsageSum sum, in PageCounts before, string currency) => [.. Cells(request, sum, currency), .. ComparedColumns.Cells(sum.Counts, before)];

    /// <summary>Its row of totals.</summary>
    public static ImmutableArray<object?> Totals(ReportRequest request, long jobs, in PageCounts counts, string currency) => Cells(default, request.By is not null, jobs, counts, currency);

    private static ImmutableArray<object?> Cells(RowKey key, bool isSplit, long jobs, in PageCounts counts, string currency) =>
        [key.Main.Key, key.Main.Name, .. isSplit ? [key.By.Key, key.By.Name] : ImmutableArray<object?>.Empty, jobs, .. CountColumns.Cells(counts, currency)];

    /// <summary>A row of such a report.</summary>
    public static ImmutableArray<object?> Cells(string? key, string? name, long jobs, in PageCounts counts, string currency) => [key, name, jobs, .. CountColumns.Cells(counts, currency)];

    private static void Refuse(ReportRequest request, UsageSplit split)
    {
        if (split.Hour && split.Person)
        {
            throw new ReportRequestException("Hours are not told by person: when somebody copies is nobody's business. Split hours by device, site, month, function or cause.");
        }
    }

    private static Amount Sum(Dictionary<RowKey, Amount> groups) =>
        groups.Values.Aggregate(default(Amount), (a, b) => new Amount(a.Jobs + b.Jobs, a.Counts + b.Counts));

    private async Task<ReportNode> UnattributedAsync(ReportRequest request, ReportFilter filter, CancellationToken cancellationToken)
    {
        UsageSplit byCause = new(false, false, false, false, false, false, true);
        List<UsageSum> sums = await usage.ReadAsync(request.Period, request.Scope, filter, byCause, false, cancellationToken);
        return new ReportNode.Items(() => [.. sums.GroupBy(s => s.Cause).OrderBy(g => g.Key).Select(g => new ReportNode.Members(
        [
            ("cause", Words.Of((Cause)g.Key)), ("jobs", g.Sum(s => s.Jobs)),
            .. CountColumns.All.Select(c => c.Name).Zip(CountColumns.Cells(g.Aggregate(default(PageCounts), (a, s) => a + s.Counts), options.Currency)),
        ]))]);
    }

    private static (string? Key, string? Name) KeyOf(string dimension, UsageSum s) => dimension switch
    {
        "user" => s.PersonId == 0 ? (null, null) : (s.UserName ?? s.PersonId.ToString(CultureInfo.InvariantCulture), s.DisplayName ?? s.UserName),
        "device" => (s.DeviceName ?? s.DeviceId.ToString(CultureInfo.InvariantCulture), s.DeviceName),
        "department" => (Empty(s.Department), Empty(s.Department)),
        "costCentre" => (Empty(s.CostCentre), Empty(s.CostCentre)),
        "site" => (Empty(s.Site), Empty(s.Site)),
        "project" => s.ProjectId == 0 ? (null, null) : (s.ProjectCode ?? s.ProjectId.ToString(CultureInfo.InvariantCulture), s.ProjectName ?? s.ProjectCode),
        "month" => Month(s.Day != 0 ? DateOnly.FromDayNumber(s.Day) : new DateOnly(s.Month / 12, (s.Month % 12) + 1, 1)),
        "day" => Day(DateOnly.FromDayNumber(s.Day)),
        "hour" => (s.Hour.ToString("00", CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{s.Hour:00}:00 to {s.Hour:00}:59")),
        "function" => (Words.Of((PageFunction)s.Function), Words.Of((PageFunction)s.Function)),
        "cause" => (Words.Of((Cause)s.Cause), Words.Of((Cause)s.Cause)),
        _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
    };

    private static DateOnly FirstOf(DateOnly day) => new(day.Year, day.Month, 1);

    private static string? Empty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static (string?, string?) Month(DateOnly day) =>
        (day.ToString("yyyy-MM", CultureInfo.InvariantCulture), day.ToString("MMMM yyyy", CultureInfo.InvariantCulture));

    private static (string?, string?) Day(DateOnly day) =>
        (day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), day.ToString("ddd d MMM yyyy", CultureInfo.InvariantCulture));

    private readonly record struct RowKey((string? Key, string? Name) Main, (string? Key, string? Name) By);

    private readonly record struct Amount(long Jobs, PageCounts Counts);
}
