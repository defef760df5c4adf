using System.Data.Common;
using CopyTrack.Accounting.Fleet;
using Dapper;

namespace CopyTrack.Server.Data.Fleet;

/// <summary>What became of a message at the door.</summary>
public enum InboxOutcome
{
    /// <summary>It is kept.</summary>
    Taken,

    /// <summary>Its number was kept or applied before.</summary>
    Known,

    /// <summary>Too many of the agent's wait already.</summary>
    Full,

    /// <summary>There is no such agent, or its key is another one now.</summary>
    Gone,
}

/// <summary>An agent with messages to apply, and since when.</summary>
public sealed record DueAgent
{
    public required long Id { get; init; }
    public required DateTimeOffset DueAt { get; init; }
}

/// <summary>A message to be kept; its generation is that of the key that signed it. Without a body it was refused, and only fills its number's place.</summary>
public sealed record InboxItem(long AgentId, long Generation, long Sequence, long First, DateTimeOffset ReceivedAt, long CorrectionMs, string? Address, string? Program, byte[]? Body);

/// <summary>Messages of agents from their acknowledgement until they are in the ledger. Every number of an agent is taken once.</summary>
public sealed class FleetInbox(IDatabase database, IdGenerator ids)
{
    /// <summary>The most messages of one agent that wait: four days of a site of 100 devices.</summary>
    public const int MaxWaiting = 2000;

    /// <summary>Keeps a message; durable when the task completes.</summary>
    public Task<InboxOutcome> PutAsync(InboxItem item, string? refusal, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            // The row of the agent is locked by this, so that a message can't come and be applied at one time.
            if (await c.QuerySingleOrDefaultAsync<long?>(Command("FleetAgent_Seen", new { id = item.AgentId, generation = item.Generation, now = item.ReceivedAt, offMs = -item.CorrectionMs, address = item.Address }, ct)) is not { } applied)
            {
                return InboxOutcome.Gone;
            }

            if (item.Sequence <= applied && !await CloseGapAsync(c, item, ct))
            {
                await c.ExecuteAsync(Command("FleetAgent_Repeated", new { id = item.AgentId }, ct));
                return InboxOutcome.Known;
            }

            if (await c.ExecuteScalarAsync<long>(Command("FleetMessage_Count", new { agentId = item.AgentId }, ct)) >= MaxWaiting)
            {
                return InboxOutcome.Full;
            }

            if (await c.ExecuteAsync(Command("FleetMessage_Add", new { agentId = item.AgentId, generation = item.Generation, sequence = item.Sequence, first = item.First, now = item.ReceivedAt, correctionMs = item.CorrectionMs, body = item.Body }, ct)) == 0)
            {
                await c.ExecuteAsync(Command("FleetAgent_Repeated", new { id = item.AgentId }, ct));
                return InboxOutcome.Known;
            }

            if (refusal is not null)
            {
                await FleetRefusals.AddAsync(database, c, ids, item.ReceivedAt, (item.AgentId, item.Sequence, item.Address), refusal, ct);
            }

            await c.ExecuteAsync(Command("FleetAgent_Due", new { id = item.AgentId, now = item.ReceivedAt, program = item.Program, refused = refusal is null ? 0L : 1L }, ct));
            return InboxOutcome.Taken;
        },
        cancellationToken);

    /// <summary>The last number up to which every message from <paramref name="first"/> on is kept or applied; below <paramref name="first"/> when none is. Null when there is no such agent, or its key is of another generation.</summary>
    public Task<long?> KeptThroughAsync(long agentId, long generation, long first, CancellationToken cancellationToken) => database.ReadAsync<long?>(
        async (c, ct) =>
        {
            // One statement, so that a message can't move from one table to the other in between.
            var rows = (await c.QueryAsync<KeptRow>(Command("FleetMessage_Kept", new { agentId, generation, first }, ct))).AsList();
            if (rows is not [{ } whole, ..])
            {
                return null;
            }

            var through = whole.Missing is { } missing ? Math.Max(missing, first) - 1 : whole.Applied;
            foreach (var row in whole.Missing is null ? rows : [])
            {
                if (row.Sequence == through + 1)
                {
                    through++;
                }
            }

            return through;
        },
        cancellationToken);

    /// <summary>What can be said of an agent's messages at <paramref name="now"/>, for a file that is carried to it; null when there is no such agent, or its key is of another generation.</summary>
    public Task<CarriedAcknowledgement?> CarriedAsync(long agentId, long generation, DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync<CarriedAcknowledgement?>(
        async (c, ct) =>
        {
            var rows = (await c.QueryAsync<KeptRow>(Command("FleetMessage_Kept", new { agentId, generation, first = 1L }, ct))).AsList();
            // Read second: a gap that is found meanwhile lies above what was kept a moment ago, and one that is closed meanwhile was kept in time.
            var gaps = await c.QueryAsync<Gap>(Command("FleetGap_List", new { agentId }, ct));
            return rows is [{ } whole, ..] ? CarriedAcknowledgement.Of(whole.Applied, rows.Select(r => r.Sequence).OfType<long>(), [.. gaps.Select(g => (g.First, g.Last))], now) : null;
        },
        cancellationToken);

    /// <summary>Claims agents whose messages are to be applied.</summary>
    public async Task<IReadOnlyList<DueAgent>> ClaimAsync(string node, DateTimeOffset now, TimeSpan lease, int max, CancellationToken cancellationToken) => await database.WriteAsync(
        async (c, ct) => (await c.QueryAsync<DueAgent>(Command("FleetAgent_Claim", new { node, now, length = (long)lease.TotalMicroseconds, max }, ct))).AsList(), cancellationToken);

    /// <summary>The first messages of an agent that wait, in order.</summary>
    public Task<IReadOnlyList<FleetMessageRow>> NextAsync(long agentId, int count, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<FleetMessageRow>>(
        async (c, ct) => (await c.QueryAsync<FleetMessageRow>(Command("FleetMessage_Next", new { agentId, count }, ct))).AsList(), cancellationToken);

    /// <summary>A message is in the ledger: forgets it, keeps how its devices stand, and the numbers before it that never came. False when the claim is lost; then nothing is kept.</summary>
    public Task<bool> AppliedAsync(
        long agentId, string node, TimeSpan lease, long generation, long sequence, (long First, long Last)? gap, DateTimeOffset now, IReadOnlyCollection<FleetDeviceNews> news, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            if (await c.ExecuteAsync(Command("FleetAgent_Hold", new { id = agentId, node, length = (long)lease.TotalMicroseconds }, ct)) != 1)
            {
                return false;
            }

            await c.ExecuteAsync(Command("FleetMessage_Delete", new { agentId, generation, sequence }, ct));
            await c.ExecuteAsync(Command("FleetAgent_Applied", new { id = agentId, generation, through = sequence }, ct));
            if (gap is { } missing)
            {
                await c.ExecuteAsync(Command("FleetGap_Add", new { agentId, generation, first = missing.First, last = missing.Last, now }, ct));
            }

            await SeenAsync(c, agentId, news, ct);
            return true;
        },
        cancellationToken);

    /// <summary>Ends a claim; the agent is looked at again at <paramref name="dueAt"/>, or when its next message comes.</summary>
    public Task ReleaseAsync(DueAgent agent, string node, DateTimeOffset? dueAt, CancellationToken cancellationToken) => database.WriteAsync(
        (c, ct) => c.ExecuteAsync(Command("FleetAgent_Release", new { id = agent.Id, node, claimed = agent.DueAt, dueAt }, ct)), cancellationToken);

    /// <summary>Keeps how devices stand: one trip where the database is a server, one prepared statement where it is here.</summary>
    private async Task SeenAsync(DbConnection connection, long agentId, IReadOnlyCollection<FleetDeviceNews> news, CancellationToken cancellationToken)
    {
        if (database.Dialect == Dialect.PostgreSql)
        {
            if (news.Count > 0)
            {
                await connection.ExecuteAsync(Command("FleetDevice_SeenMany", new
                {
                    agentId, keys = news.Select(n => n.Key).ToArray(), addresses = news.Select(n => n.Address).ToArray(), serials = news.Select(n => n.Serial).ToArray(),
                    readingAts = news.Select(n => n.ReadingAt.ToMicros()).ToArray(), inventoryAts = news.Select(n => n.InventoryAt.ToMicros()).ToArray(),
                    silentSinces = news.Select(n => n.SilentSince.ToMicros()).ToArray(), silentReasons = news.Select(n => n.SilentReason).ToArray(),
                }, cancellationToken));
            }

            return;
        }

        foreach (var device in news)
        {
            await connection.ExecuteAsync(Command("FleetDevice_Seen", new
            {
                agentId, key = device.Key, address = device.Address, serial = device.Serial, readingAt = device.ReadingAt, inventoryAt = device.InventoryAt, silentSince = device.SilentSince, silentReason = device.SilentReason,
            }, cancellationToken));
        }
    }

    /// <summary>Takes a number that never came out of its gap; false when it is in none.</summary>
    private async Task<bool> CloseGapAsync(DbConnection connection, InboxItem item, CancellationToken cancellationToken)
    {
        var (agentId, generation, sequence) = (item.AgentId, item.Generation, item.Sequence);
        if (await connection.QuerySingleOrDefaultAsync<Gap>(Command("FleetGap_Find", new { agentId, sequence }, cancellationToken)) is not { } gap)
        {
            return false;
        }

        await connection.ExecuteAsync(Command("FleetGap_Delete", new { agentId, first = gap.First }, cancellationToken));
        foreach (var (first, last) in new[] { (gap.First, sequence - 1), (sequence + 1, gap.Last) })
        {
            if (first <= last)
            {
                await connection.ExecuteAsync(Command("FleetGap_Add", new { agentId, generation, first, last, now = gap.SeenAt }, cancellationToken));
            }
        }

        return true;
    }

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);

    private sealed record KeptRow
    {
        public required long Applied { get; init; }
        public long? Missing { get; init; }
        public long? Sequence { get; init; }
    }

    private sealed record Gap
    {
        public required long First { get; init; }
        public required long Last { get; init; }
        public required DateTimeOffset SeenAt { get; init; }
    }
}
