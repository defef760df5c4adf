using System.Data.Common;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Fleet;

/// <summary>Update packages, their stages, and how agents stand. What is kept here is only relayed: agents check all of it themselves.</summary>
public sealed class FleetPackages(IDatabase database, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    /// <summary>Bytes of one part of an archive.</summary>
    public const int PartBytes = 256 * 1024;

    /// <summary>The node of a stage for everyone.</summary>
    public const long Everyone = 0;

    /// <summary>Packages with their counts.</summary>
    public Task<IReadOnlyList<FleetPackageRow>> ListAsync(long orgId, CancellationToken cancellationToken) => ListOfAsync<FleetPackageRow>("FleetPackage_List", new { orgId }, cancellationToken);

    /// <summary>Stages of all packages.</summary>
    public Task<IReadOnlyList<FleetRolloutRow>> StagesAsync(long orgId, CancellationToken cancellationToken) => ListOfAsync<FleetRolloutRow>("FleetRollout_List", new { orgId }, cancellationToken);

    /// <summary>How agents stand, as far as somebody sees them.</summary>
    public Task<IReadOnlyList<FleetAgentUpdateRow>> AgentsAsync(FleetScope scope, CancellationToken cancellationToken) =>
        ListOfAsync<FleetAgentUpdateRow>("FleetAgentUpdate_List", new { orgId = scope.OrgId, whole = scope.IsWhole, sites = scope.Sites, nodes = scope.Nodes, askedSite = scope.AskedSite }, cancellationToken);

    /// <summary>A package of an organisation; null when there is none.</summary>
    public Task<FleetPackageRow?> GetAsync(long orgId, long id, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleOrDefaultAsync<FleetPackageRow>(Command("FleetPackage_Get", new { orgId, id }, ct)), cancellationToken);

    /// <summary>
    /// Makes the place of a package whose archive is about to come, or gives the one back that is there whole. A place whose archive never came whole is made anew. The package is offered to
    /// nobody yet.
    /// </summary>
    public Task<FleetPackageRow> BeginAsync(long orgId, PackageManifest manifest, byte[] signed, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            if (await FindAsync(c, orgId, manifest.Hash, ct) is { } there)
            {
                if (there.Whole == 1)
                {
                    return there;
                }

                await RemoveAsync(c, there.Id, ct);
            }

            await c.ExecuteAsync(Command("FleetPackage_Add", new
            {
                id = ids.Next(), orgId, product = manifest.Product, version = manifest.Version.ToString(), number = manifest.Version.Number, platform = manifest.Platform, hash = manifest.Hash, size = manifest.Size,
                manifest = signed, now = time.GetUtcNow(),
            }, ct));
            return (await FindAsync(c, orgId, manifest.Hash, ct))!;
        },
        cancellationToken);

    /// <summary>Keeps one part of an archive.</summary>
    public Task PutPartAsync(long id, long part, byte[] body, CancellationToken cancellationToken) =>
        database.WriteAsync((c, ct) => c.ExecuteAsync(Command("FleetPackage_AddPart", new { id, part, body }, ct)), cancellationToken);

    /// <summary>The archive is there whole.</summary>
    public Task EndAsync(FleetPackageRow package, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            await audit.AddAsync(c, package.OrgId, actor, "fleet.package.add", $"fleetPackage:{package.Id}", null, $"{package.Product} {package.Version} {package.Platform}", ct);
            return await c.ExecuteAsync(Command("FleetPackage_Whole", new { id = package.Id }, ct));
        },
        cancellationToken);

    /// <summary>Removes a package with its archive and stages; without an actor one that never came whole.</summary>
    public Task RemoveAsync(FleetPackageRow package, string? actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            if (actor is not null)
            {
                await audit.AddAsync(c, package.OrgId, actor, "fleet.package.remove", $"fleetPackage:{package.Id}", $"{package.Product} {package.Version} {package.Platform}", null, ct);
            }

            return await RemoveAsync(c, package.Id, ct);
        },
        cancellationToken);

    /// <summary>
    /// Sets the share of the agents of a node that a package is offered to; 0 takes the stage away. With <paramref name="raiseHours"/> it goes up by itself each time so many hours passed without a
    /// failure. Null, or what is wrong in words.
    /// </summary>
    public Task<string?> StageAsync(FleetPackageRow package, string? node, int share, int? raiseHours, string actor, CancellationToken cancellationToken) => database.WriteAsync<string?>(
        async (c, ct) =>
        {
            var nodeId = Everyone;
            if (node is not null)
            {
                if (await c.QuerySingleOrDefaultAsync<FleetNodeRow>(Command("FleetNode_Find", new { orgId = package.OrgId, folded = NameFolding.Fold(node) }, ct)) is not { } found)
                {
                    return $"there is no '{node}'";
                }

                nodeId = found.Id;
            }

            var before = await c.QuerySingleOrDefaultAsync<FleetRolloutRow>(Command("FleetRollout_Get", new { id = package.Id, nodeId }, ct));
            await c.ExecuteAsync(share == 0 ? Command("FleetRollout_Delete", new { id = package.Id, nodeId }, ct) : Command("FleetRollout_Put", new { id = package.Id, nodeId, share, hours = raiseHours, now = time.GetUtcNow() }, ct));
            await audit.AddAsync(c, package.OrgId, actor, "fleet.package.stage", $"fleetPackage:{package.Id}",
                before is null ? null : Told((int)before.Share, node ?? "everyone", (int?)before.RaiseHours), Told(share, node ?? "everyone", raiseHours), ct);
            return null;
        },
        cancellationToken);

    /// <summary>Stops offering a package, or with a null reason goes on.</summary>
    public Task HaltAsync(FleetPackageRow package, string? reason, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            await audit.AddAsync(c, package.OrgId, actor, reason is null ? "fleet.package.resume" : "fleet.package.halt", $"fleetPackage:{package.Id}", package.HaltedReason, reason, ct);
            await RestartAsync(c, package.Id, ct);
            return await c.ExecuteAsync(Command("FleetPackage_Halt", new { orgId = package.OrgId, id = package.Id, now = time.GetUtcNow(), reason }, ct));
        },
        cancellationToken);

    /// <summary>Keeps how an agent stands. One that says it failed may stop the package for all others.</summary>
    public Task ReportAsync(FleetAgentRow agent, UpdateReport report, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            var taken = await c.ExecuteAsync(Command("FleetAgentUpdate_Put", new
            {
                agentId = agent.Id, version = report.Version.ToString(), platform = report.Platform, mode = report.Mode, state = report.State.ToString(), about = report.About, reason = report.Reason, sentAt = report.Sent,
                now = time.GetUtcNow(),
            }, ct));
            if (taken > 0 && report.State == UpdateState.Failed)
            {
                var all = await c.QueryAsync<FleetPackageRow>(Command("FleetPackage_List", new { orgId = agent.OrgId }, ct));
                foreach (var package in all.Where(p => p.HaltedAt is null && p.Product == PackageManifest.Agent && p.Version == report.About && p.Platform == report.Platform))
                {
                    await RestartAsync(c, package.Id, ct);
                    if (!RolloutRules.Halts(package.Failed, package.Done))
                    {
                        continue;
                    }

                    var reason = FormattableString.Invariant($"{package.Failed} agents failed, {package.Done} run it");
                    await audit.AddAsync(c, agent.OrgId, "fleet", "fleet.package.halt", $"fleetPackage:{package.Id}", null, reason, ct);
                    await c.ExecuteAsync(Command("FleetPackage_Halt", new { orgId = agent.OrgId, id = package.Id, now = time.GetUtcNow(), reason }, ct));
                }
            }

            return taken;
        },
        cancellationToken);

    /// <summary>The signed manifest that an agent is offered now; null for none.</summary>
    public Task<byte[]?> OfferAsync(long agentId, ReleaseVersion version, string platform, CancellationToken cancellationToken) => database.ReadAsync<byte[]?>(
        async (c, ct) =>
        {
            var offers = await c.QueryAsync<FleetOfferRow>(Command("FleetPackage_Offers", new { agentId, platform, number = version.Number }, ct));
            return offers.FirstOrDefault(o => RolloutRules.Place(agentId, o.Hash) < o.Share) is { } offer
                ? await c.ExecuteScalarAsync<byte[]>(Command("FleetPackage_Manifest", new { id = offer.Id }, ct)) : null;
        },
        cancellationToken);

    /// <summary>A package by the hash of its archive, whole and not halted; null otherwise.</summary>
    public Task<FleetPackageRow?> FindAsync(long orgId, string hash, CancellationToken cancellationToken) => database.ReadAsync(
        async (c, ct) => await FindAsync(c, orgId, hash, ct) is { Whole: 1, HaltedAt: null } package ? package : null, cancellationToken);

    /// <summary>One part of an archive; null when it is gone.</summary>
    public Task<byte[]?> PartAsync(long id, long part, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.ExecuteScalarAsync<byte[]?>(Command("FleetPackage_Part", new { id, part }, ct)), cancellationToken);

    /// <summary>Hours without a failure are counted from now on.</summary>
    private Task<int> RestartAsync(DbConnection connection, long id, CancellationToken cancellationToken) => connection.ExecuteAsync(Command("FleetRollout_Restart", new { id, now = time.GetUtcNow() }, cancellationToken));

    private async Task<int> RemoveAsync(DbConnection connection, long id, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(Command("FleetPackage_ForgetParts", new { id }, cancellationToken));
        await connection.ExecuteAsync(Command("FleetPackage_ForgetStages", new { id }, cancellationToken));
        return await connection.ExecuteAsync(Command("FleetPackage_Delete", new { id }, cancellationToken));
    }

    private Task<FleetPackageRow?> FindAsync(DbConnection connection, long orgId, string hash, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<FleetPackageRow>(Command("FleetPackage_Find", new { orgId, hash }, cancellationToken));

    private Task<IReadOnlyList<T>> ListOfAsync<T>(string statement, object parameters, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<T>>(
        async (c, ct) => (await c.QueryAsync<T>(Command(statement, parameters, ct))).AsList(), cancellationToken);

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);

    private static string Told(int share, string whom, int? raiseHours) =>
        raiseHours is { } hours ? FormattableString.Invariant($"{share} % of {whom}, more every {hours} hours") : FormattableString.Invariant($"{share} % of {whom}");
}
