using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Web.Overview;

/// <summary>What the overview asks of the database: how things are now.</summary>
internal sealed class OverviewQueries(IDatabase database)
{
    /// <summary>Percentage at which a supply is shown, days back to the last look that counts, and days that a forecast is made of.</summary>
    private const int Low = 20, Recent = 3, Trend = 60;

    private const int Most = 8;

    public Task<SiteState[]> SitesAsync(CancellationToken cancellationToken) => AllAsync<SiteState>("Web_SiteStates", new { orgId = OrganisationRepository.DefaultId }, cancellationToken);

    public Task<AwayDevice[]> DevicesAwayAsync(CancellationToken cancellationToken) => AllAsync<AwayDevice>("Web_DevicesAway", new { orgId = OrganisationRepository.DefaultId, limit = Most }, cancellationToken);

    public Task<AwayTerminal[]> TerminalsAwayAsync(CancellationToken cancellationToken) => AllAsync<AwayTerminal>("Web_TerminalsAway", new { orgId = OrganisationRepository.DefaultId, limit = Most }, cancellationToken);

    public Task<FirstSteps> FirstStepsAsync(CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleAsync<FirstSteps>(new CommandDefinition(database.Sql["Web_FirstSteps"], new { orgId = OrganisationRepository.DefaultId }, cancellationToken: ct)), cancellationToken);

    /// <summary>Supplies and trays that run out, soonest first; those without a forecast by what is left.</summary>
    public async Task<IReadOnlyList<SupplyEnd>> SuppliesAsync(DateOnly today, CancellationToken cancellationToken) => await database.ReadAsync(
        async (c, ct) =>
        {
            List<SupplyEnd> low = [];
            foreach (LowSupplyRow row in await c.QueryAsync<LowSupplyRow>(new CommandDefinition(
                database.Sql["Web_LowSupplies"], new { orgId = OrganisationRepository.DefaultId, since = today.DayNumber - Recent, low = Low, limit = Most * 2 }, cancellationToken: ct)))
            {
                IEnumerable<SupplyDayRow> days = row.Kind == "tray" ? [] : await c.QueryAsync<SupplyDayRow>(new CommandDefinition(
                    database.Sql["Web_SupplyDays"], new { deviceId = row.DeviceId, name = row.Name, since = today.DayNumber - Trend }, cancellationToken: ct));
                low.Add(new SupplyEnd(row, SupplyTrend.Forecast([.. days.Select(d => (d.Day, d.Percent))], today.DayNumber)?.DaysLeft));
            }

            return low.OrderBy(l => l.DaysLeft ?? (l.Row.Percent == 0 ? 0 : int.MaxValue)).ThenBy(l => l.Row.Percent).Take(Most).ToArray();
        },
        cancellationToken);

    private Task<T[]> AllAsync<T>(string statement, object parameters, CancellationToken cancellationToken) => database.ReadAsync(
        async (c, ct) => (await c.QueryAsync<T>(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: ct))).ToArray(), cancellationToken);
}

/// <summary>A supply that is low, with the days that it will last; null where that is not known yet.</summary>
internal sealed record SupplyEnd(LowSupplyRow Row, int? DaysLeft);
