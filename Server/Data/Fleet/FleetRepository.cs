using System.Data.Common;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Fleet;

/// <summary>Dealers, customers and sites, their agents, and what was refused.</summary>
public sealed class FleetRepository(IDatabase database, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    /// <summary>Kinds of nodes, the widest first; each stands below one before it.</summary>
    public static readonly string[] Kinds = ["dealer", "customer", "site"];

    /// <summary>How long the same code and key get the same answer again.</summary>
    public static readonly TimeSpan Repeat = TimeSpan.FromMinutes(10);

    /// <summary>Nodes by name, as far as somebody sees them.</summary>
    public Task<IReadOnlyList<FleetNodeRow>> NodesAsync(FleetScope scope, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<FleetNodeRow>>(
        async (c, ct) => (await c.QueryAsync<FleetNodeRow>(Command("FleetNode_List", new { orgId = scope.OrgId, whole = scope.IsWhole, sites = scope.Sites, nodes = scope.Nodes }, ct))).AsList(), cancellationToken);

    /// <summary>
    /// Adds a node, or gives the one of that name back when it is the same. Null with a reason in words when it can't stand there: names are unique in an organisation, a site belongs to a
    /// customer, a customer to a dealer or to nobody.
    /// </summary>
    public Task<(FleetNodeRow? Node, string? Fault)> PutNodeAsync(long orgId, string name, string kind, string? parent, string actor, CancellationToken cancellationToken) => database.WriteAsync<(FleetNodeRow?, string?)>(
        async (c, ct) =>
        {
            var above = parent is null ? null : await NodeAsync(c, orgId, parent, ct);
            if (parent is not null && above is null)
            {
                return (null, $"there is no '{parent}'");
            }

            if (Array.IndexOf(Kinds, kind) < 0 || (kind, above?.Kind) is not (("dealer", null) or ("customer", null or "dealer") or ("site", "customer")))
            {
                return (null, "a site belongs to a customer, a customer to a dealer or to nobody, a dealer to nobody");
            }

            if (await NodeAsync(c, orgId, name, ct) is { } there)
            {
                return there.Kind == kind && there.ParentId == above?.Id ? (there, null) : (null, $"'{there.Name}' is a {there.Kind} already, elsewhere in the tree");
            }

            var id = ids.Next();
            await c.ExecuteAsync(Command("FleetNode_Add", new
            {
                id, orgId, parentId = above?.Id, customerId = kind switch { "customer" => id, "site" => above!.CustomerId, _ => (long?)null }, kind, name, folded = NameFolding.Fold(name), now = time.GetUtcNow(),
            }, ct));
            await audit.AddAsync(c, orgId, actor, "fleet.node.add", $"fleetNode:{id}", null, $"{kind} {name}", ct);
            return (await NodeAsync(c, orgId, name, ct), null);
        },
        cancellationToken);

    /// <summary>Sets the clocks of a node, empty for those of whoever is above it; null for a zone that there is none of.</summary>
    public Task<FleetNodeRow?> SetZoneAsync(FleetNodeRow node, string zone, string actor, CancellationToken cancellationToken) =>
        zone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) ? Task.FromResult<FleetNodeRow?>(null) : database.WriteAsync<FleetNodeRow?>(
            async (c, ct) =>
            {
                var wanted = zone.Length == 0 ? null : zone;
                await c.ExecuteAsync(Command("FleetNode_SetZone", new { id = node.Id, zone = wanted }, ct));
                await audit.AddAsync(c, node.OrgId, actor, "fleet.node.zone", $"fleetNode:{node.Id}", node.Zone, wanted, ct);
                return node with { Zone = wanted };
            },
            cancellationToken);

    /// <summary>The dealer or customer of that name, with everything below it; null when there is none.</summary>
    public Task<long?> NodeIdAsync(long orgId, string kind, string name, CancellationToken cancellationToken) => database.ReadAsync(
        async (c, ct) => await NodeAsync(c, orgId, name, ct) is { } node && node.Kind == kind ? node.Id : (long?)null, cancellationToken);

    /// <summary>Agents with their counts, as far as somebody sees them.</summary>
    public Task<IReadOnlyList<FleetAgentRow>> AgentsAsync(FleetScope scope, CancellationToken cancellationToken) => AgentsAsync(scope, null, cancellationToken);

    /// <summary>The agent of that name with its counts, if somebody sees it; null when there is none.</summary>
    public async Task<FleetAgentRow?> SeenAsync(FleetScope scope, string name, CancellationToken cancellationToken) => await AgentsAsync(scope, NameFolding.Fold(name), cancellationToken) is [{ } agent, ..] ? agent : null;

    private Task<IReadOnlyList<FleetAgentRow>> AgentsAsync(FleetScope scope, string? name, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<FleetAgentRow>>(
        async (c, ct) => (await c.QueryAsync<FleetAgentRow>(Command("FleetAgent_List", new { orgId = scope.OrgId, whole = scope.IsWhole, sites = scope.Sites, nodes = scope.Nodes, askedSite = scope.AskedSite, name }, ct))).AsList(), cancellationToken);

    /// <summary>The agent of that id; null when there is none.</summary>
    public Task<FleetAgentRow?> GetAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleOrDefaultAsync<FleetAgentRow>(Command("FleetAgent_Get", new { id }, ct)), cancellationToken);

    /// <summary>The agent of that name; null when there is none.</summary>
    public Task<FleetAgentRow?> FindAsync(long orgId, string name, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleOrDefaultAsync<FleetAgentRow>(Command("FleetAgent_FindByName", new { orgId, folded = NameFolding.Fold(name) }, ct)), cancellationToken);

    /// <summary>Makes a code for an agent of a site, and the agent when it is not there; <paramref name="hosted"/> for the one inside the server. Null with a reason when there is no such site or the agent belongs to another.</summary>
    public Task<(long? AgentId, string? Fault)> PutCodeAsync(
        long orgId, string name, string site, byte[] hash, DateTimeOffset expiresAt, string actor, bool hosted, CancellationToken cancellationToken) => database.WriteAsync<(long?, string?)>(
        async (c, ct) =>
        {
            if (await NodeAsync(c, orgId, site, ct) is not { Kind: "site" } node)
            {
                return (null, $"there is no site '{site}'");
            }

            var folded = NameFolding.Fold(name);
            var agent = await c.QuerySingleOrDefaultAsync<FleetAgentRow>(Command("FleetAgent_FindByName", new { orgId, folded }, ct));
            if (agent is not null && agent.NodeId != node.Id)
            {
                return (null, $"the agent '{agent.Name}' belongs to the site '{agent.Site}'");
            }

            var id = agent?.Id ?? ids.Next();
            if (agent is null)
            {
                await c.ExecuteAsync(Command("FleetAgent_Add", new { id, orgId, nodeId = node.Id, name, folded, now = time.GetUtcNow() }, ct));
            }

            await c.ExecuteAsync(Command("FleetAgent_SetCode", new { id, hash, expiresAt, hosted }, ct));
            await audit.AddAsync(c, orgId, actor, "fleet.agent.code", $"fleetAgent:{id}", null, name, ct);
            return (id, null);
        },
        cancellationToken);

    /// <summary>
    /// Exchanges a code for the agent's place: the key counts from now on. The same code and key within <see cref="Repeat"/> get the same answer; another key does not. An agent that comes
    /// with another key than before begins its numbers anew; what it had sent before stays and is applied first. A code made after the agent was revoked takes that back, here and not before. Null
    /// when the code is not good.
    /// </summary>
    public Task<FleetAgentRow?> EnrolAsync(byte[] hash, byte[] key, CancellationToken cancellationToken) => database.WriteAsync<FleetAgentRow?>(
        async (c, ct) =>
        {
            var now = time.GetUtcNow();
            var agent = await c.QuerySingleOrDefaultAsync<FleetAgentRow>(Command("FleetAgent_FindByCode", new { hash }, ct));
            var same = (agent?.PublicKey ?? agent?.RevokedKey) is { } known && known.AsSpan().SequenceEqual(key);
            if (agent is null || (agent.CodeUsedAt is { } used ? !same || now >= used + Repeat : now >= agent.CodeExpiresAt)
                || await c.ExecuteAsync(Command("FleetAgent_Enrol", new { id = agent.Id, hash, key, now, anew = !same }, ct)) != 1)
            {
                return null;
            }

            if (!same)
            {
                await c.ExecuteAsync(Command("FleetGap_Forget", new { id = agent.Id }, ct));
            }

            await audit.AddAsync(c, agent.OrgId, "agent", "fleet.agent.enrol", $"fleetAgent:{agent.Id}", null, null, ct);
            return agent;
        },
        cancellationToken);

    /// <summary>Revokes an agent; false when it was not good.</summary>
    public Task<bool> RevokeAsync(FleetAgentRow agent, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            await audit.AddAsync(c, agent.OrgId, actor, "fleet.agent.revoke", $"fleetAgent:{agent.Id}", null, null, ct);
            return await c.ExecuteAsync(Command("FleetAgent_Revoke", new { id = agent.Id, now = time.GetUtcNow() }, ct)) == 1;
        },
        cancellationToken);

    /// <summary>Keeps what is wanted of an agent until it asks.</summary>
    public Task WantAsync(FleetAgentRow agent, string verbs, long? counterSeconds, long? inventorySeconds, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            await audit.AddAsync(
                c, agent.OrgId, actor, "fleet.agent.want", $"fleetAgent:{agent.Id}", agent.WantsNumber == 0 ? null : Wish(agent.WantsVerbs, agent.WantsCounterSeconds, agent.WantsInventorySeconds),
                Wish(verbs, counterSeconds, inventorySeconds), ct);
            return await c.ExecuteAsync(Command("FleetAgent_Want", new { id = agent.Id, verbs, counterSeconds, inventorySeconds }, ct));
        },
        cancellationToken);

    /// <summary>Keeps a refusal for the administrator; false when too many of the agent are kept in this hour, and this one was only counted.</summary>
    public Task<bool> RefusedAsync(long? agentId, long? sequence, string? address, string reason, CancellationToken cancellationToken) => database.WriteAsync(
        (c, ct) => FleetRefusals.AddAsync(database, c, ids, time.GetUtcNow(), (agentId, sequence, address), reason, ct), cancellationToken);

    /// <summary>The newest refusals.</summary>
    public Task<IReadOnlyList<FleetRefusalRow>> RefusalsAsync(int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<FleetRefusalRow>>(
        async (c, ct) => (await c.QueryAsync<FleetRefusalRow>(Command("FleetRefusal_List", new { limit }, ct))).AsList(), cancellationToken);

    /// <summary>Forgets refusals before a time.</summary>
    public Task PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        database.WriteAsync((c, ct) => c.ExecuteAsync(Command("FleetRefusal_Purge", new { before }, ct)), cancellationToken);

    private static string Wish(string? verbs, long? counterSeconds, long? inventorySeconds) =>
        string.Join(' ', new[] { verbs, counterSeconds is { } c ? FormattableString.Invariant($"counterSeconds={c}") : null, inventorySeconds is { } i ? FormattableString.Invariant($"inventorySeconds={i}") : null }.Where(w => !string.IsNullOrEmpty(w)));

    private Task<FleetNodeRow?> NodeAsync(DbConnection connection, long orgId, string name, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<FleetNodeRow>(Command("FleetNode_Find", new { orgId, folded = NameFolding.Fold(name) }, cancellationToken));

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);
}
