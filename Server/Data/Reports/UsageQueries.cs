using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Data.Journal;
using Dapper;

namespace CopyTrack.Server.Data.Reports;

/// <inheritdoc cref="IUsageQueries"/>
internal sealed class UsageQueries(IDatabase database) : IUsageQueries
{
    public Task<UsagePage> SumAsync(UsageBy by, UsageFilter filter, string? after, int limit, CancellationToken cancellationToken) => by switch
    {
        UsageBy.User => PeopleAsync("Usage_User", filter, after, limit, cancellationToken),
        UsageBy.Department => PeopleAsync("Usage_Department", filter, after, limit, cancellationToken),
        UsageBy.Project => PeopleAsync("Usage_Project", filter, after, limit, cancellationToken),
        UsageBy.Device => PageAsync("Usage_DeviceDays", "Usage_DeviceTotals", filter, after, limit, cancellationToken),
        UsageBy.Month => MonthsAsync(filter, after, limit, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(by)),
    };

    public async Task<IReadOnlyList<CauseRow>> CausesAsync(UsageFilter filter, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync("Usage_Causes", Parameters(filter, null, 0), cancellationToken);
        return [.. rows.Select(r => new CauseRow(r.DeviceId, r.Device!, (Cause)r.Cause, r.Jobs, r.Counts))];
    }

    private static bool NeedsDays(UsageFilter filter) => filter.DeviceId is not null || filter.Site is not null;

    private Task<UsagePage> PeopleAsync(string name, UsageFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        var kind = NeedsDays(filter) ? "Days" : "Months";
        return PageAsync(name + kind, "Usage_Totals" + kind, filter, after, limit, cancellationToken);
    }

    private async Task<UsagePage> PageAsync(string rowsName, string totalsName, UsageFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(rowsName, Parameters(filter, after, limit + 1L), cancellationToken);
        var totals = (await QueryAsync(totalsName, Parameters(filter, null, 1), cancellationToken)).Single();
        var page = rows.Take(limit).ToList();
        return new UsagePage([.. page.Select(r => r.ToUsage())], totals.ToUsage(), rows.Count > limit ? page[^1].Sort : null);
    }

    private async Task<UsagePage> MonthsAsync(UsageFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        var byDays = NeedsDays(filter);
        var rows = await QueryAsync(byDays ? "Usage_MonthDays" : "Usage_MonthMonths", Parameters(filter, null, 0), cancellationToken);
        var months = rows
            .GroupBy(r => byDays ? ChangeSet.MonthOf(DateOnly.FromDayNumber((int)r.Period)) : (int)r.Period)
            .Select(month => month.Aggregate(new UsageRow(Month(month.Key), null, 0, default), (sum, r) => sum with { Jobs = sum.Jobs + r.Jobs, Counts = sum.Counts + r.Counts }))
            .ToList();
        var totals = months.Aggregate(new UsageRow("", null, 0, default), (sum, m) => sum with { Jobs = sum.Jobs + m.Jobs, Counts = sum.Counts + m.Counts });
        var page = months.Where(m => after is null || string.CompareOrdinal(m.Key, after) > 0).Take(limit + 1).ToList();
        return new UsagePage([.. page.Take(limit)], totals, page.Count > limit ? page[limit - 1].Key : null);
    }

    private static string Month(int number) => string.Create(CultureInfo.InvariantCulture, $"{number / 12:0000}-{(number % 12) + 1:00}");

    private static object Parameters(UsageFilter filter, string? after, long limit)
    {
        // SQLite matches the names of parameters by case.
        var span = UsageSpan.Of(filter.From, filter.To);
        return new
        {
            orgId = filter.OrgId, deviceId = filter.DeviceId, site = filter.Site, personId = filter.PersonId, projectId = filter.ProjectId,
            department = filter.Department, after, limit, monthFrom = span.MonthFrom, monthTo = span.MonthTo, headFrom = span.HeadFrom,
            headTo = span.HeadTo, headMonth = span.HeadMonth, tailFrom = span.TailFrom, tailTo = span.TailTo, tailMonth = span.TailMonth,
            dayFrom = span.DayFrom, dayTo = span.DayTo,
        };
    }

    private Task<List<Row>> QueryAsync(string name, object parameters, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) => (await connection.QueryAsync<Row>(new CommandDefinition(database.Sql[name], parameters, cancellationToken: ct))).AsList(),
        cancellationToken);

    private sealed record Row
    {
        public string RowKey { get; init; } = "";
        public string? Name { get; init; }
        public string Sort { get; init; } = "";
        public long Period { get; init; }
        public long DeviceId { get; init; }
        public string? Device { get; init; }
        public long Cause { get; init; }
        public long Jobs { get; init; }
        public long Impressions { get; init; }
        public long Mono { get; init; }
        public long Color { get; init; }
        public long UnknownColor { get; init; }
        public long Normal { get; init; }
        public long Large { get; init; }
        public long UnknownSize { get; init; }
        public long Sheets { get; init; }
        public long DuplexSheets { get; init; }
        public long UnknownSides { get; init; }
        public long Scans { get; init; }
        public long Faxes { get; init; }
        public long CostMicros { get; init; }

        public PageCounts Counts => new(
            Impressions, Mono, Color, UnknownColor, Normal, Large, UnknownSize, Sheets, DuplexSheets, UnknownSides, Scans, Faxes, CostMicros);

        public UsageRow ToUsage() => new(RowKey, Name, Jobs, Counts);
    }
}
