using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Server.Data;
using CopyTrack.Server.Reports.Packs;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>One page of the people of a report with what all of them come to.</summary>
internal sealed record TopPage(ImmutableArray<ImmutableArray<object?>> Rows, ImmutableArray<object?> Totals, int Count)
{
    /// <summary>Who rose most, in a report that is compared.</summary>
    public ImmutableArray<Mover> Up { get; init; } = [];

    /// <summary>Who fell most.</summary>
    public ImmutableArray<Mover> Down { get; init; } = [];
}

/// <summary>
/// A page of the report users or devices, so that a page about 250,000 people brings a hundred rows and not all of them: out of packed days, split by whatever and beside another period (<see cref="PackedPages"/>), and where
/// those can't tell it sorted, cut and added up by the database. Nothing for what neither can: one person alone, hours, and without packs also compared and split reports and long spans that end within a month.
/// </summary>
internal sealed class TopPeople(IDatabase database, ReportOptions options, PackedUsage? packs = null, UsageReader? usage = null)
{
    private const int MostDays = 31;

    private readonly PackedPages? packed = packs is null ? null : new PackedPages(database, options, packs, usage);

    /// <summary>Columns of reports by which it sorts, and those of the roll-ups.</summary>
    private static readonly ImmutableDictionary<string, string> s_sorts = new Dictionary<string, string>
    {
        ["name"] = "name", ["jobs"] = "jobs", ["impressions"] = "impressions", ["mono"] = "mono", ["color"] = "color", ["unknownColor"] = "unknown_color", ["normal"] = "normal", ["large"] = "large",
        ["unknownSize"] = "unknown_size", ["sheets"] = "sheets", ["duplexSheets"] = "duplex_sheets", ["unknownSides"] = "unknown_sides", ["scans"] = "scans", ["faxes"] = "faxes", ["cost"] = "cost_micros",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>The page of a request, numbers downwards; null where the whole report must be made.</summary>
    public async Task<TopPage?> ReadAsync(ReportRequest request, ReportFilter filter, string? sort, int skip, int count, CancellationToken cancellationToken)
    {
        if (packed is not null && await packed.ReadAsync(request, filter, sort ?? "impressions", skip, count, cancellationToken) is { } page)
        {
            return page;
        }

        if (request is not { Name: "users", By: null, Compare: null } || filter is not { PersonId: null, Hour: null } || request.Period.Days is not { } days
            || !s_sorts.TryGetValue(sort ?? "impressions", out string? column) || (column == "name" && request.Scope.Names is not null)
            || Statement(request, filter, days) is not { } statement)
        {
            return null;
        }

        TopRow[] rows = await database.ReadAsync(async (connection, ct) => (await connection.QueryAsync<TopRow>(new CommandDefinition(database.Sql[statement.Name], new
        {
            orgId = request.Scope.OrgId, first = statement.First, last = statement.Last, whole = request.Scope.IsWhole, sites = request.Scope.Sites, departments = request.Scope.Departments, projects = request.Scope.Projects, deviceId = filter.DeviceId, projectId = filter.ProjectId,
            ofSite = filter.Site, ofDepartment = filter.Department, costCentre = filter.CostCentre, function = filter.Function, cause = filter.Cause, sort = column, skip, count,
        }, cancellationToken: ct))).ToArray(), cancellationToken);
        TopRow total = rows.Single(r => r.Kind == 1);
        return new TopPage([.. rows.Where(r => r.Kind == 0).Select(r => Row(r, request.Scope))], PageReports.Cells(null, null, total.Jobs, total.Counts, options.Currency), (int)total.PersonId);
    }

    private ImmutableArray<object?> Row(TopRow row, ReportScope scope)
    {
        string name = scope.Names?.Of(row.PersonId) ?? row.UserName ?? row.PersonId.ToString(CultureInfo.InvariantCulture);
        return PageReports.Cells(name, scope.Names is null ? row.DisplayName ?? row.UserName : name, row.Jobs, row.Counts, options.Currency);
    }

    private static (string Name, int First, int Last)? Statement(ReportRequest request, ReportFilter filter, (DateOnly First, DateOnly Last) days)
    {
        UsageSpan span = UsageSpan.Of(days.First, days.Last);
        bool isWhole = span.Head.First > span.Head.Last && span.Tail.First > span.Tail.Last;
        bool ofPeople = new UsageQuestion(request.Scope, filter, new UsageSplit(true, false, false, false, false, false, false), true).IsOfPeople;
        return isWhole && ofPeople ? ("Usage_TopMonths", span.Months.First, span.Months.Last)
            : days.Last.DayNumber - days.First.DayNumber < MostDays ? ("Usage_TopDays", days.First.DayNumber, days.Last.DayNumber)
            : null;
    }

    private sealed record TopRow : UsageSum
    {
        /// <summary>1 for the row of totals, whose person is the number of people; 0 for a person.</summary>
        public long Kind { get; init; }
    }
}
