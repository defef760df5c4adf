using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Web.Overview;

/// <summary>What the overview asks of the database: how things are now.</summary>
internal sealed class OverviewQueries(IDatabase database)
{
    /// <summary>
    /// Percentage at which a supply is shown of which nothing tells when it is used up, and days back to the last look that counts. A cartridge has to be ordered: two weeks; paper stands beside
    /// the device.
    /// </summary>
    private const int Low = 20, Recent = 3, SupplyDays = 14, TrayDays = 2;

    public Task<SiteState[]> SitesAsync(CancellationToken cancellationToken) => AllAsync<SiteState>("Web_SiteStates", new { orgId = OrganisationRepository.DefaultId }, cancellationToken);

    public Task<AwayDevice[]> DevicesAwayAsync(int limit, CancellationToken cancellationToken) => AllAsync<AwayDevice>("Web_DevicesAway", new { orgId = OrganisationRepository.DefaultId, limit }, cancellationToken);

    public Task<ErrorDevice[]> DevicesInErrorAsync(int limit, CancellationToken cancellationToken) => AllAsync<ErrorDevice>("Web_DevicesInError", new { orgId = OrganisationRepository.DefaultId, limit }, cancellationToken);

    public Task<AwayTerminal[]> TerminalsAwayAsync(int limit, CancellationToken cancellationToken) => AllAsync<AwayTerminal>("Web_TerminalsAway", new { orgId = OrganisationRepository.DefaultId, limit }, cancellationToken);

    /// <summary>The newest alarms since a time.</summary>
    public Task<OutboxAlert[]> AlarmsAsync(DateTimeOffset since, int limit, CancellationToken cancellationToken) => AllAsync<OutboxAlert>("Web_Alerts", new { orgId = OrganisationRepository.DefaultId, since, limit }, cancellationToken);

    /// <summary>What else waits for somebody; agents are silent after <paramref name="stale"/>.</summary>
    public async Task<Attention> AttentionAsync(DateTimeOffset now, TimeSpan stale, CancellationToken cancellationToken) => (await AllAsync<Attention>("Web_Attention", new
    {
        orgId = OrganisationRepository.DefaultId, namesSince = now - NameRequests.Waits, mailsSince = now - Attention.Mails, cardsSince = now - Attention.UnknownCards,
        conflictsSince = now - Attention.ConflictsLast, newsBefore = now - stale, bound = Attention.Bound,
    }, cancellationToken))[0];

    public Task<FirstSteps> FirstStepsAsync(CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleAsync<FirstSteps>(new CommandDefinition(database.Sql["Web_FirstSteps"], new { orgId = OrganisationRepository.DefaultId }, cancellationToken: ct)), cancellationToken);

    /// <summary>
    /// Supplies (<see cref="SupplyTrend.SupplyKind"/>) or trays that will be used up within two weeks or two days by their use since the last refill, that are empty, or that are low where nothing
    /// tells when; soonest first, at most <paramref name="limit"/>.
    /// </summary>
    public Task<SupplyEnd[]> SuppliesAsync(string kind, DateOnly today, int limit, CancellationToken cancellationToken) => AllAsync<SupplyEnd>("Web_SupplyEnds", new
    {
        orgId = OrganisationRepository.DefaultId, kind, since = today.DayNumber - Recent, today = today.DayNumber, until = today.DayNumber + (kind == SupplyTrend.TrayKind ? TrayDays : SupplyDays), low = Low, limit,
    }, cancellationToken);

    private Task<T[]> AllAsync<T>(string statement, object parameters, CancellationToken cancellationToken) => database.ReadAsync(
        async (c, ct) => (await c.QueryAsync<T>(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: ct))).ToArray(), cancellationToken);
}
