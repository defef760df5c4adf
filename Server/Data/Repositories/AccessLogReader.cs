using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A line of the access log with the names behind its ids.</summary>
public sealed record AccessLogRow
{
    public required long Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string TerminalId { get; init; }
    public required string Terminal { get; init; }
    public string? Device { get; init; }
    public required string Method { get; init; }
    public required string Outcome { get; init; }
    public string? CardSuffix { get; init; }
    public string? UserName { get; init; }
    public string? DisplayName { get; init; }

    /// <summary>Who has the card now that nobody had then.</summary>
    public string? Owner { get; init; }

    /// <summary>True when its card is nobody's and can be given to a person.</summary>
    public bool Assignable { get; init; }
}

/// <summary>What a page of the access log shows.</summary>
public sealed record AccessLogFilter(string? TerminalId, string? Outcome, bool OnlyUnknown);

/// <summary>Reads the access log.</summary>
public sealed class AccessLogReader(IDatabase database)
{
    /// <summary>At most <paramref name="limit"/> lines before the one of id <paramref name="before"/>, newest first.</summary>
    public Task<IReadOnlyList<AccessLogRow>> ListAsync(long orgId, AccessLogFilter filter, long before, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<AccessLogRow>>(
        async (c, ct) => [.. await c.QueryAsync<AccessLogRow>(new CommandDefinition(
            database.Sql[Statement(filter)], new { orgId, before, terminal = filter.TerminalId, outcome = filter.Outcome, limit }, cancellationToken: ct))], cancellationToken);

    /// <summary>A statement for each way to narrow: one for all would be planned for the worst of them.</summary>
    private static string Statement(AccessLogFilter filter) => filter switch
    {
        { OnlyUnknown: true, TerminalId: not null } => "AccessLog_UnknownOfTerminal",
        { OnlyUnknown: true } => "AccessLog_Unknown",
        { TerminalId: not null } => "AccessLog_ListOfTerminal",
        { Outcome: null } => "AccessLog_List",
        { Outcome: "granted" or "loggedOut" } => "AccessLog_ListOfOutcome",
        _ => "AccessLog_ListOfRefusal",
    };
}
