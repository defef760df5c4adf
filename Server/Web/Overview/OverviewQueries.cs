using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet;
using Dapper;

namespace CopyTrack.Server.Web.Overview;

/// <summary>What the overview asks of the database: how things are now.</summary>
internal sealed class OverviewQueries(IDatabase database, SupplyForecasts forecasts)
{
    /// <summary>Percentage at which a supply is shown, and days back to the last look that counts.</summary>
    private const int Low = 20, Recent = 3;

    private const int Most = 8;

    public Task<SiteState[]> SitesAsync(CancellationToken cancellationToken) => AllAsync<SiteState>("Web_SiteStates", new { orgId = OrganisationRepository.DefaultId }, cancellationToken);

    public Task<AwayDevice[]> DevicesAwayAsync(CancellationToken cancellationToken) => AllAsync<AwayDevice>("Web_DevicesAway", new { orgId = OrganisationRepository.DefaultId, limit = Most }, cancellationToken);

    public Task<AwayTerminal[]> TerminalsAwayAsync(CancellationToken cancellationToken) => AllAsync<AwayTerminal>("Web_TerminalsAway", new { orgId = OrganisationRepository.DefaultId, limit = Most }, cancellationToken);

    public Task<FirstSteps> FirstStepsAsync(CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleAsync<FirstSteps>(new CommandDefinition(database.Sql["Web_FirstSteps"], new { orgId = OrganisationRepository.DefaultId }, cancellationToken: ct)), cancellationToken);

    /// <summary>Supplies and trays that run out, soonest first; those without a forecast by what is left.</summary>
    public async Task<IReadOnlyList<SupplyEnd>> SuppliesAsync(DateOnly today, CancellationToken cancellationToken)
    {
        LowSupplyRow[] rows = await AllAsync<LowSupplyRow>("Web_LowSupplies", new { orgId = OrganisationRepository.DefaultId, since = today.DayNumber - Recent, low = Low, limit = Most * 2 }, cancellationToken);
        IReadOnlyDictionary<(long DeviceId, string Supply), SupplyForecast> ends = await forecasts.OfAsync(
            [.. rows.Where(r => r.Kind == SupplyTrend.SupplyKind).Select(r => r.DeviceId).Distinct()], today.DayNumber, cancellationToken);
        return
        [
            .. rows.Select(r => new SupplyEnd(r, r.Kind == SupplyTrend.SupplyKind ? ends.GetValueOrDefault((r.DeviceId, r.Supply))?.DaysLeft(today.DayNumber) : null))
                .OrderBy(l => l.DaysLeft ?? (l.Row.Percent == 0 ? 0 : int.MaxValue)).ThenBy(l => l.Row.Percent).Take(Most),
        ];
    }

    private Task<T[]> AllAsync<T>(string statement, object parameters, CancellationToken cancellationToken) => database.ReadAsync(
        async (c, ct) => (await c.QueryAsync<T>(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: ct))).ToArray(), cancellationToken);
}

/// <summary>A supply that is low, with the days that it will last; null where that is not known yet.</summary>
internal sealed record SupplyEnd(LowSupplyRow Row, int? DaysLeft);
