using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>What one session was booked with so far.</summary>
internal sealed class SessionCounts(IDatabase database, ReportOptions options)
{
    // A session of two hours that is read each ten seconds has fewer.
    private const int Most = 20_000;

    /// <summary>The sum of its entries, corrections included; zero while nothing is booked.</summary>
    public Task<PageCounts> OfAsync(long sessionId, DateTimeOffset openedAt, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
    {
        EpochSets sets = new(database, connection, options.Prices);
        PageCounts sum = default;
        foreach (EntryLine line in await connection.QueryAsync<EntryLine>(new CommandDefinition(database.Sql["Entry_OfSession"], new { session = sessionId, from = openedAt, whole = true, projects = ValueSet<long>.None, limit = Most }, cancellationToken: ct)))
        {
            sum += (await sets.ProjectAsync(line, ct))?.Counts ?? default;
        }

        return sum;
    }, cancellationToken);
}
