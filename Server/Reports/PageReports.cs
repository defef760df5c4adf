using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Server.Reports;

/// <summary>The five reports that count pages by something: users, devices, departments, projects, months.</summary>
internal sealed class PageReports(UsageReader usage, EntryReader entries, ReportOptions options)
{
    /// <summary>
    /// Builds one. Reports about people hold what belongs to someone, with what belongs to no one beside the totals; devices and months hold all.
    /// </summary>
    public async Task<Report> BuildAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        ReportFilter filter = await entries.NarrowAsync(request.Scope, request.Device, request.User, cancellationToken);
        string main = request.Name[..^1];
        string? by = request.By;
        if (by is not null && (!ReportNames.Splits.Contains(by) || by == main))
        {
            throw new ReportRequestException($"The report {request.Name} can't be split by '{by}'; use one of {string.Join(", ", ReportNames.Splits.Where(s => s != main))}.");
        }

        bool people = main is "user" or "department" or "project" || request.Scope.OnlyPeople || filter.PersonId is not null;
        UsageSplit split = new(
            Asked("user") || Asked("department"), Asked("project"), Asked("device"), Asked("month"), Asked("day"), Asked("function"), Asked("cause"));
        List<UsageSum> sums = await usage.ReadAsync(request.Period, request.Scope, filter, split, people ? true : null, cancellationToken);
        ImmutableArray<ReportColumn> columns =
        [
            new("key", ColumnKind.Text), new("name", ColumnKind.Text),
            .. by is null ? ImmutableArray<ReportColumn>.Empty : [new("by", ColumnKind.Text), new("byName", ColumnKind.Text)],
            new("jobs", ColumnKind.Count), .. CountColumns.All,
        ];
        PageCounts total = default;
        long jobs = 0;
        List<ImmutableArray<object?>> rows = [];
        foreach (var group in sums.GroupBy(s => (Main: KeyOf(main, s), By: by is null ? default : KeyOf(by, s)))
            .OrderBy(g => g.Key.Main.Key is null).ThenBy(g => g.Key.Main.Key, StringComparer.Ordinal).ThenBy(g => g.Key.By.Key, StringComparer.Ordinal))
        {
            PageCounts counts = group.Aggregate(default(PageCounts), (a, s) => a + s.Counts);
            long n = group.Sum(s => s.Jobs);
            rows.Add([group.Key.Main.Key, group.Key.Main.Name, .. by is null ? ImmutableArray<object?>.Empty : [group.Key.By.Key, group.Key.By.Name],
                n, .. CountColumns.Cells(counts, options.Currency)]);
            total += counts;
            jobs += n;
        }

        ImmutableArray<object?> totals = [null, null, .. by is null ? ImmutableArray<object?>.Empty : [null, null], jobs, .. CountColumns.Cells(total, options.Currency)];
        return new Report
        {
            Name = request.Name, Period = request.Period, Columns = columns, Rows = rows.ToAsyncEnumerable(), Totals = () => totals,
            TotalColumns = ["jobs", .. CountColumns.All.Select(c => c.Name)],
            Unattributed = people && !request.Scope.OnlyPeople && filter.PersonId is null ? await UnattributedAsync(request, filter, cancellationToken) : null,
        };

        bool Asked(string name) => main == name || by == name;
    }

    private async Task<ReportNode> UnattributedAsync(ReportRequest request, ReportFilter filter, CancellationToken cancellationToken)
    {
        UsageSplit byCause = new(false, false, false, false, false, false, true);
        List<UsageSum> sums = await usage.ReadAsync(request.Period, request.Scope, filter, byCause, false, cancellationToken);
        return new ReportNode.Items([.. sums.OrderBy(s => s.Cause).Select(s => new ReportNode.Members(
        [
            ("cause", Words.Of((Cause)s.Cause)), ("jobs", s.Jobs),
            .. CountColumns.All.Select(c => c.Name).Zip(CountColumns.Cells(s.Counts, options.Currency)),
        ]))]);
    }

    private static (string? Key, string? Name) KeyOf(string dimension, UsageSum s) => dimension switch
    {
        "user" => s.PersonId == 0 ? (null, null) : (s.UserName ?? s.PersonId.ToString(CultureInfo.InvariantCulture), s.DisplayName ?? s.UserName),
        "device" => (s.DeviceName ?? s.DeviceId.ToString(CultureInfo.InvariantCulture), s.DeviceName),
        "department" => (Empty(s.Department), Empty(s.Department)),
        "project" => s.ProjectId == 0 ? (null, null) : (s.ProjectCode ?? s.ProjectId.ToString(CultureInfo.InvariantCulture), s.ProjectName ?? s.ProjectCode),
        "month" => Month(s.Day != 0 ? DateOnly.FromDayNumber(s.Day) : new DateOnly(s.Month / 12, (s.Month % 12) + 1, 1)),
        "day" => Day(DateOnly.FromDayNumber(s.Day)),
        "function" => (Words.Of((PageFunction)s.Function), Words.Of((PageFunction)s.Function)),
        "cause" => (Words.Of((Cause)s.Cause), Words.Of((Cause)s.Cause)),
        _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
    };

    private static string? Empty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static (string?, string?) Month(DateOnly day) =>
        (day.ToString("yyyy-MM", CultureInfo.InvariantCulture), day.ToString("MMMM yyyy", CultureInfo.InvariantCulture));

    private static (string?, string?) Day(DateOnly day) =>
        (day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), day.ToString("ddd d MMM yyyy", CultureInfo.InvariantCulture));
}
