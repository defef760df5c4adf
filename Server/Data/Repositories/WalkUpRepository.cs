using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A terminal with its device, as hello needs them.</summary>
public sealed record TerminalAtDevice
{
    public required string Id { get; init; }
    public required long OrgId { get; init; }
    public required string Name { get; init; }
    public required long DeviceId { get; init; }
    public string? CardRules { get; init; }
    public string? LoginMethods { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public required string DeviceName { get; init; }
    public string? DeviceLocation { get; init; }
    public DateTimeOffset? DeviceDeletedAt { get; init; }
}

/// <summary>What a panel shows of a person.</summary>
public sealed record PanelPerson
{
    public required long Id { get; init; }
    public required string UserName { get; init; }
    public string? DisplayName { get; init; }
    public string? Language { get; init; }
}

/// <summary>The rows that walk-ups look at beside the login itself.</summary>
public sealed class WalkUpRepository(IDatabase database)
{
    /// <summary>The terminal and its device, or null when there is no such terminal.</summary>
    public Task<TerminalAtDevice?> FindTerminalAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleOrDefaultAsync<TerminalAtDevice>(Command("Terminal_ForHello", new { id }, ct)), cancellationToken);

    /// <summary>Remembers what the terminal said of itself.</summary>
    public Task SeenAsync(string id, string vendor, string model, string firmware, string capabilities, string node, DateTimeOffset now, CancellationToken cancellationToken) =>
        ExecuteAsync("Terminal_Seen", new { id, vendor, model, firmware, capabilities, node, now }, cancellationToken);

    /// <summary>The terminal's connection to <paramref name="node"/> is gone.</summary>
    public Task GoneAsync(string id, string node, DateTimeOffset now, CancellationToken cancellationToken) =>
        ExecuteAsync("Terminal_Gone", new { id, node, now }, cancellationToken);

    /// <summary>The panel's state as the terminal told it.</summary>
    public Task PanelStateAsync(string id, string state, DateTimeOffset now, CancellationToken cancellationToken) =>
        ExecuteAsync("Terminal_PanelState", new { id, state, now }, cancellationToken);

    /// <summary>What a panel shows of the person, or null when erased.</summary>
    public Task<PanelPerson?> FindPersonAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleOrDefaultAsync<PanelPerson>(Command("Person_ForPanel", new { id }, ct)), cancellationToken);

    private Task<int> ExecuteAsync(string statement, object parameters, CancellationToken cancellationToken) => database.WriteAsync(
        (c, ct) => c.ExecuteAsync(Command(statement, parameters, ct)), cancellationToken);

    private CommandDefinition Command(string statement, object parameters, CancellationToken cancellationToken) =>
        new(database.Sql[statement], parameters, cancellationToken: cancellationToken);
}
