using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>Claims as rows of <c>device_poll</c>.</summary>
internal sealed class PollingClaims(IDatabase database) : IPollingClaims
{
    public async Task<IReadOnlyList<PollingClaim>> ClaimDueAsync(string node, int max, TimeSpan lease, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var claims = await database.WriteAsync(
            (connection, ct) => connection.QueryAsync<PollingClaim>(Command("Claim_Due", new { node, max, now, length = Micros(lease) }, ct)), cancellationToken);
        return claims.AsList();
    }

    public Task<long?> TakeAsync(long deviceId, string node, TimeSpan lease, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<long?>(Command("Claim_Take", new { deviceId, node, length = Micros(lease) }, ct)), cancellationToken);

    public async Task<IReadOnlySet<long>> RenewAsync(
        string node, IReadOnlyCollection<long> deviceIds, TimeSpan lease, DateTimeOffset? nextDue, CancellationToken cancellationToken)
    {
        var renewed = new HashSet<long>();
        foreach (var devices in deviceIds.Chunk(500))
        {
            renewed.UnionWith(await database.WriteAsync(
                (connection, ct) => connection.QueryAsync<long>(Command("Claim_Renew", new { node, devices, length = Micros(lease), nextDue }, ct)), cancellationToken));
        }

        return renewed;
    }

    public Task RestAsync(string node, IReadOnlyCollection<long> deviceIds, DateTimeOffset nextDue, CancellationToken cancellationToken) =>
        ExecuteAsync("Claim_Rest", devices => new { node, devices, nextDue }, deviceIds, cancellationToken);

    public async Task<bool> DoneAsync(
        long deviceId, string node, long token, DateTimeOffset now, DateTimeOffset nextDue, bool failed, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            (connection, ct) => connection.ExecuteAsync(Command("Claim_Done", new { deviceId, node, token, now, nextDue, failed }, ct)), cancellationToken) == 1;

    public Task ReleaseAsync(string node, IReadOnlyCollection<long> deviceIds, CancellationToken cancellationToken) =>
        ExecuteAsync("Claim_Release", devices => new { node, devices }, deviceIds, cancellationToken);

    public Task SetDueAsync(IReadOnlyCollection<long> deviceIds, DateTimeOffset nextDue, CancellationToken cancellationToken) =>
        ExecuteAsync("Claim_SetDue", devices => new { devices, nextDue }, deviceIds, cancellationToken);

    public Task ForgetAllAsync(string? node, CancellationToken cancellationToken) =>
        database.WriteAsync((connection, ct) => connection.ExecuteAsync(Command("Claim_ForgetAll", new { node }, ct)), cancellationToken);

    private static long Micros(TimeSpan lease) => (long)lease.TotalMicroseconds;

    private async Task ExecuteAsync(string name, Func<long[], object> parameters, IReadOnlyCollection<long> deviceIds, CancellationToken cancellationToken)
    {
        foreach (var devices in deviceIds.Chunk(500))
        {
            await database.WriteAsync((connection, ct) => connection.ExecuteAsync(Command(name, parameters(devices), ct)), cancellationToken);
        }
    }

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) =>
        new(database.Sql[name], parameters, cancellationToken: cancellationToken);
}
