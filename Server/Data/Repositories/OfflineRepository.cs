using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data.Journal;
using CopyTrack.Server.Data.Ledger;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A terminal that can work offline, at its device.</summary>
public sealed record OfflineTerminal
{
    public required long DeviceId { get; init; }
    public required string TerminalId { get; init; }
}

/// <summary>A device with provisional entries that nobody has claimed, and the times between which they stand.</summary>
public sealed record UnclaimedPages
{
    public required long DeviceId { get; init; }
    public required DateTimeOffset FirstAt { get; init; }
    public required DateTimeOffset LastAt { get; init; }
}

/// <summary>What uploads of offline logins look at; what they change goes through the journal.</summary>
public sealed class OfflineRepository(IDatabase database)
{
    /// <summary>Those of the terminal's ids that are booked already.</summary>
    public Task<HashSet<string>> KeptAsync(string terminalId, IReadOnlyCollection<string> localIds, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) =>
        {
            var kept = new HashSet<string>(StringComparer.Ordinal);
            foreach (var localId in localIds)
            {
                if (await connection.ExecuteScalarAsync<long>(new CommandDefinition(database.Sql["Offline_IsKept"], new { terminalId, localId }, cancellationToken: ct)) > 0)
                {
                    kept.Add(localId);
                }
            }

            return kept;
        },
        cancellationToken);

    /// <summary>All terminals that said that they can work offline and are not revoked.</summary>
    public Task<IReadOnlyList<OfflineTerminal>> TerminalsAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<OfflineTerminal>>(
        async (connection, ct) => (await connection.QueryAsync<OfflineTerminal>(new CommandDefinition(database.Sql["Offline_Terminals"], cancellationToken: ct))).AsList(),
        cancellationToken);

    /// <summary>Devices with provisional entries from <paramref name="before"/> or earlier that still stand.</summary>
    public Task<IReadOnlyList<UnclaimedPages>> UnclaimedAsync(DateTimeOffset before, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<UnclaimedPages>>(
        async (connection, ct) => (await connection.QueryAsync<UnclaimedPages>(new CommandDefinition(database.Sql["Offline_Unclaimed"], new { before }, cancellationToken: ct))).AsList(),
        cancellationToken);

    /// <summary>
    /// The entries of all intervals of the device that end after <paramref name="since"/>, up to the one that holds <paramref name="until"/>, reversals
    /// among them, with what taking them back needs.
    /// </summary>
    public async Task<IReadOnlyList<PostedEntry>> EntriesAsync(long deviceId, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        return await database.ReadAsync<IReadOnlyList<PostedEntry>>(
            async (connection, ct) =>
            {
                var rows = await connection.QueryAsync<Row>(new CommandDefinition(database.Sql["Offline_Entries"], new { deviceId, since, until }, cancellationToken: ct));
                var epochs = await connection.QueryAsync<EpochRow>(new CommandDefinition(database.Sql["Ledger_Epochs"], new { deviceId }, cancellationToken: ct));
                var known = epochs.ToDictionary(e => e.Epoch, e => e.ToRecord());
                return [.. rows.Select(row => row.ToPosted(known[row.Epoch]))];
            },
            cancellationToken);
    }

    private sealed record Row : EntryRow
    {
        public DateTimeOffset? BorderAt { get; init; }
        public string? Meters { get; init; }

        public PostedEntry ToPosted(EpochRecord epoch)
        {
            var values = Meters is null ? [] : Columns.ReadMeters(Meters);
            return new PostedEntry(ToRecord(), epoch.Set, Counter < values.Length ? values[Counter] ?? 0 : 0, BorderAt ?? epoch.OpenedAt);
        }
    }
}
