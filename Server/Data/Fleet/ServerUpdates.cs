using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Fleet;

/// <summary>The update of the server that is under way or was last. <see cref="OrderedBy"/> is null where it began by itself; <see cref="Halted"/> says why no other node begins.</summary>
public sealed record ServerUpdateRow
{
    public string? Version { get; init; }
    public string? OrderedBy { get; init; }
    public DateTimeOffset? OrderedAt { get; init; }
    public string? Halted { get; init; }
    public string? ClaimOwner { get; init; }
}

/// <summary>
/// Turns of the nodes at an update of the server: one after the other, under a claim whose token grows. A node that took its turn and does not report halts the update, so that a version that
/// does not work takes one node away and not all.
/// </summary>
public sealed class ServerUpdates(IDatabase database, AuditLog audit, TimeProvider time)
{
    /// <summary>How it stands.</summary>
    public Task<ServerUpdateRow> GetAsync(CancellationToken cancellationToken) => database.ReadAsync((c, ct) => c.QuerySingleAsync<ServerUpdateRow>(Command("ServerUpdate_Get", new { }, ct)), cancellationToken);

    /// <summary>Asks all nodes for a version; in the audit log. False while a node has its turn.</summary>
    public Task<bool> OrderAsync(string version, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            await c.ExecuteAsync(Command("ServerUpdate_Expire", new { }, ct));
            var ordered = await c.ExecuteAsync(Command("ServerUpdate_Order", new { version, by = actor, at = time.GetUtcNow() }, ct)) == 1;
            if (ordered)
            {
                await audit.AddAsync(c, OrganisationRepository.DefaultId, actor, "serverVersion.install", $"serverVersion:{version}", null, version, ct);
            }

            return ordered;
        },
        cancellationToken);

    /// <summary>Tells the audit log that somebody brought a package.</summary>
    public Task AddedAsync(string version, string actor, CancellationToken cancellationToken) =>
        audit.TellAsync(OrganisationRepository.DefaultId, actor, "serverVersion.add", $"serverVersion:{version}", version, cancellationToken);

    /// <summary>Takes the turn for a node; its token, or null while another node has it or the update is halted.</summary>
    public Task<long?> TakeAsync(string node, string version, TimeSpan length, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            await c.ExecuteAsync(Command("ServerUpdate_Expire", new { }, ct));
            return await c.QuerySingleOrDefaultAsync<long?>(Command("ServerUpdate_Take", new { node, version, length = (long)length.TotalMicroseconds }, ct));
        },
        cancellationToken);

    /// <summary>Goes on with a turn; false when it was lost.</summary>
    public Task<bool> HoldAsync(string node, long token, TimeSpan length, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) => await c.ExecuteAsync(Command("ServerUpdate_Hold", new { node, token, length = (long)length.TotalMicroseconds }, ct)) == 1, cancellationToken);

    /// <summary>Tells how a node's turn ended: <paramref name="halted"/> null when it is ready, else why no other node is to begin. Nothing for a turn that is another node's by now.</summary>
    public Task EndAsync(string node, string? halted, CancellationToken cancellationToken) => database.WriteAsync((c, ct) => c.ExecuteAsync(Command("ServerUpdate_End", new { node, halted }, ct)), cancellationToken);

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);
}
