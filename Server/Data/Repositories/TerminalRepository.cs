using System.Globalization;
using System.Text.Json;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A terminal as stored.</summary>
public sealed record TerminalRow
{
    public required string Id { get; init; }
    public required long OrgId { get; init; }
    public required string Name { get; init; }
    public required string NameFolded { get; init; }
    public required long DeviceId { get; init; }
    public string? Vendor { get; init; }
    public string? Model { get; init; }
    public string? Firmware { get; init; }
    /// <summary>Capabilities of its last hello, `;` between.</summary>
    public string? Capabilities { get; init; }
    /// <summary>Its own card-number rule; null = the global one.</summary>
    public string? CardRules { get; init; }
    /// <summary>Its own login methods, `;` between; null = the setting.</summary>
    public string? LoginMethods { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public DateTimeOffset? LastSeenAt { get; init; }
    public string? ConnectedNode { get; init; }
    public string? PanelState { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Terminals, by id and by organisation and folded name.</summary>
public sealed class TerminalRepository(IDatabase database, IOutbox outbox, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    /// <summary>Topic of the outbox message that makes every node cut the terminal's connection; its payload is <c>{"terminal": ID}</c>.</summary>
    public const string RevokedTopic = "terminal.revoked";

    /// <summary>Topic of the outbox message that tells of a terminal with other settings or another device; its payload is <c>{"terminal": ID}</c>.</summary>
    public const string ChangedTopic = "terminal.changed";

    /// <summary>The terminal of that id, or null.</summary>
    public Task<TerminalRow?> GetAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<TerminalRow>(new CommandDefinition(database.Sql["Terminal_Get"], new { id }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>The terminal of that name (case does not matter), or null.</summary>
    public Task<TerminalRow?> FindAsync(long orgId, string name, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<TerminalRow>(new CommandDefinition(
            database.Sql["Terminal_FindByName"], new { orgId, folded = NameFolding.Fold(name) }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>At most <paramref name="limit"/> terminals in the order of their folded names, after that name (empty at first).</summary>
    public Task<IReadOnlyList<TerminalRow>> ListAsync(long orgId, string after, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<TerminalRow>>(
        async (connection, ct) => (await connection.QueryAsync<TerminalRow>(new CommandDefinition(
            database.Sql["Terminal_List"], new { orgId, after, limit }, cancellationToken: ct))).AsList(),
        cancellationToken);

    /// <summary>
    /// The terminal of that name, made when there is none; it stands beside <paramref name="deviceId"/> afterwards, with that model when one is given,
    /// and may enrol again when it was revoked (its old certificates stay revoked).
    /// </summary>
    public async Task<TerminalRow> EnsureAsync(long orgId, string name, long deviceId, string? model, string actor, CancellationToken cancellationToken)
    {
        var (terminal, moved) = await PutAsync(orgId, name, deviceId, model, actor, cancellationToken);
        if (moved)
        {
            await TellAsync(ChangedTopic, terminal.Id, cancellationToken);
        }

        return terminal;
    }

    private Task<(TerminalRow Terminal, bool Moved)> PutAsync(long orgId, string name, long deviceId, string? model, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            var now = time.GetUtcNow();
            var folded = NameFolding.Fold(name);
            var old = await connection.QuerySingleOrDefaultAsync<TerminalRow>(new CommandDefinition(
                database.Sql["Terminal_FindByName"], new { orgId, folded }, cancellationToken: ct));
            var terminal = old ?? new TerminalRow
            {
                Id = "t" + ids.Next().ToString(CultureInfo.InvariantCulture), OrgId = orgId, Name = name.Trim(), NameFolded = folded, DeviceId = deviceId, CreatedAt = now, UpdatedAt = now,
            };
            var wanted = terminal with { DeviceId = deviceId, Model = model ?? terminal.Model, RevokedAt = null };
            if (old is not null && wanted == old)
            {
                return (old, false);
            }

            wanted = wanted with { UpdatedAt = now };
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["Terminal_Put"], wanted, cancellationToken: ct));
            await audit.AddAsync(connection, orgId, actor, old is null ? "terminal.add" : "terminal.change", $"terminal:{wanted.Id}", old is null ? null : $"device:{old.DeviceId}", $"device:{deviceId}", ct);
            return (wanted, old is not null);
        },
        cancellationToken);

    /// <summary>
    /// Revokes the terminal, its certificates and its enrolment code, and then tells every node by the outbox; false when there is no such terminal.
    /// Revoking it once more is harmless and tells the nodes again.
    /// </summary>
    public async Task<bool> RevokeAsync(string id, string actor, CancellationToken cancellationToken)
    {
        var deviceId = await database.WriteAsync(
            async (connection, ct) =>
            {
                var terminal = await connection.QuerySingleOrDefaultAsync<TerminalRow>(new CommandDefinition(database.Sql["Terminal_Get"], new { id }, cancellationToken: ct));
                if (terminal is null)
                {
                    return (long?)null;
                }

                var key = new { terminalId = id, now = time.GetUtcNow() };
                await connection.ExecuteAsync(new CommandDefinition(database.Sql["Terminal_Revoke"], key, cancellationToken: ct));
                await connection.ExecuteAsync(new CommandDefinition(database.Sql["TerminalCertificate_Revoke"], key, cancellationToken: ct));
                await connection.ExecuteAsync(new CommandDefinition(database.Sql["EnrolCode_EndForTerminal"], new { id }, cancellationToken: ct));
                await audit.AddAsync(connection, terminal.OrgId, actor, "terminal.revoke", $"terminal:{id}", null, null, ct);
                return terminal.DeviceId;
            },
            cancellationToken);
        if (deviceId is null)
        {
            return false;
        }

        await TellAsync(RevokedTopic, id, cancellationToken);
        return true;
    }

    /// <summary>Sets the terminal's own card rule (null = the global one) and login methods (null = the setting); false when there is none.</summary>
    public async Task<bool> ConfigureAsync(string id, string? cardRules, string? loginMethods, string actor, CancellationToken cancellationToken)
    {
        if (!await PutSettingsAsync(id, cardRules, loginMethods, actor, cancellationToken))
        {
            return false;
        }

        await TellAsync(ChangedTopic, id, cancellationToken);
        return true;
    }

    /// <summary>Writes into the audit log what was done to a terminal and left no trace in its row.</summary>
    public Task NoteAsync(TerminalRow terminal, string action, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            await audit.AddAsync(connection, terminal.OrgId, actor, action, $"terminal:{terminal.Id}", null, null, ct);
            return true;
        },
        cancellationToken);

    private Task TellAsync(string topic, string id, CancellationToken cancellationToken) =>
        outbox.PublishAsync(topic, null, JsonSerializer.Serialize(new Dictionary<string, string> { ["terminal"] = id }), cancellationToken);

    private Task<bool> PutSettingsAsync(string id, string? cardRules, string? loginMethods, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            var terminal = await connection.QuerySingleOrDefaultAsync<TerminalRow>(new CommandDefinition(database.Sql["Terminal_Get"], new { id }, cancellationToken: ct));
            if (terminal is null)
            {
                return false;
            }

            var wanted = terminal with { CardRules = cardRules, LoginMethods = loginMethods, UpdatedAt = time.GetUtcNow() };
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["Terminal_Put"], wanted, cancellationToken: ct));
            await audit.AddAsync(
                connection, terminal.OrgId, actor, "terminal.configure", $"terminal:{id}", $"{terminal.CardRules} | {terminal.LoginMethods}", $"{cardRules} | {loginMethods}", ct);
            return true;
        },
        cancellationToken);
}
