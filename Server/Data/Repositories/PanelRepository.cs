using System.Globalization;
using CopyTrack.Server.Data.Journal;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>What a person made this month.</summary>
public sealed record PanelMonth
{
    public long Impressions { get; init; }
    public long Color { get; init; }
    public long Scans { get; init; }
    public long CostMicros { get; init; }
}

/// <summary>What the pages on a device's own panel look at.</summary>
public sealed class PanelRepository(IDatabase database)
{
    /// <summary>Id of the terminal that stands for a device's panel pages.</summary>
    public static string TerminalOf(long deviceId) => string.Create(CultureInfo.InvariantCulture, $"panel-{deviceId}");

    /// <summary>Makes that terminal where it is missing.</summary>
    public Task EnsureTerminalAsync(long orgId, long deviceId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = TerminalOf(deviceId);
        return database.WriteAsync((c, ct) => c.ExecuteAsync(new CommandDefinition(
            database.Sql["Panel_Terminal"], new { id, orgId, name = id, deviceId, now }, cancellationToken: ct)), cancellationToken);
    }

    /// <summary>The month of <paramref name="today"/> of a person.</summary>
    public Task<PanelMonth> MonthAsync(long orgId, long personId, DateOnly today, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleAsync<PanelMonth>(new CommandDefinition(database.Sql["Panel_Month"], new { orgId, personId, month = ChangeSet.MonthOf(today) }, cancellationToken: ct)), cancellationToken);
}
