using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Server.Data.Journal;
using CopyTrack.Server.Data.Ledger;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A receipt as administrators see it.</summary>
public sealed record ReceiptView
{
    public required long Id { get; init; }
    public required long DeviceId { get; init; }
    public required string Device { get; init; }
    public required string Key { get; init; }
    public required long Status { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset EndedAt { get; init; }
    public long? ClockOffsetMs { get; init; }
    public DateTimeOffset? BookedAt { get; init; }
    public string? UserName { get; init; }
    public string? Project { get; init; }
    public long? SessionId { get; init; }
    public long Shortage { get; init; }
    public required string Content { get; init; }
}

/// <summary>A receipt that came with other content than the first of its key.</summary>
public sealed record ConflictView
{
    public required long Id { get; init; }
    public required string Device { get; init; }
    public required string Key { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required string Content { get; init; }
    public required long FirstId { get; init; }
    public required string FirstContent { get; init; }
}

/// <summary>A receipt that waits, its names not looked up yet.</summary>
public sealed record StoredReceipt(long Id, long OrgId, DateTimeOffset ReceivedAt, DateTimeOffset From, DateTimeOffset To, JobReceipt Receipt);

/// <summary>What booking and administrators look at; receipts are kept by <see cref="Receipts.IReceiptStore"/> and closed by the journal.</summary>
public sealed class ReceiptRepository(IDatabase database)
{
    /// <summary>Devices with receipts of jobs that ended before, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<long>> WaitingDevicesAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        ListAsync<long>("Receipt_WaitingDevices", new { before, limit }, cancellationToken);

    /// <summary>Receipts of the device that wait, the oldest jobs first.</summary>
    public async Task<IReadOnlyList<StoredReceipt>> WaitingAsync(long deviceId, int limit, CancellationToken cancellationToken) =>
        [.. (await ListAsync<WaitingRow>("Receipt_Waiting", new { deviceId, limit }, cancellationToken))
            .Select(r => new StoredReceipt(r.Id, r.OrgId, r.ReceivedAt, r.StartedAt, r.EndedAt, ReceiptContent.Read(r.Content)))];

    /// <summary>A page of receipts, newest first.</summary>
    public Task<IReadOnlyList<ReceiptView>> ListAsync(long orgId, long? deviceId, ReceiptStatus? status, long before, int limit, CancellationToken cancellationToken) =>
        ListAsync<ReceiptView>("Receipt_List", new { orgId, deviceId, status = (long?)status, before, limit }, cancellationToken);

    /// <summary>Receipts whose pages were booked to a session, of one project or all, the first job first.</summary>
    public Task<IReadOnlyList<ReceiptView>> OfSessionAsync(long sessionId, ValueSet<long>? projects, int limit, CancellationToken cancellationToken) =>
        ListAsync<ReceiptView>("Receipt_OfSession", new { session = sessionId, whole = projects is null, projects = projects ?? ValueSet<long>.None, limit }, cancellationToken);

    /// <summary>A page of conflicts, newest first.</summary>
    public Task<IReadOnlyList<ConflictView>> ConflictsAsync(long orgId, long before, int limit, CancellationToken cancellationToken) =>
        ListAsync<ConflictView>("ReceiptConflict_List", new { orgId, before, limit }, cancellationToken);

    /// <summary>The closed intervals of the device that touch the time from <paramref name="since"/> to <paramref name="until"/>, with what stands in them.</summary>
    public Task<IReadOnlyList<PostedInterval>> IntervalsAsync(long deviceId, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<PostedInterval>>((connection, ct) => IntervalsAsync(connection, deviceId, since, until, ct), cancellationToken);

    private async Task<IReadOnlyList<PostedInterval>> IntervalsAsync(DbConnection connection, long deviceId, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var borders = (await connection.QueryAsync<BorderRow>(Command("Receipt_Borders", new { deviceId, since, until }, cancellationToken))).AsList();
        if (borders.Count < 2)
        {
            return [];
        }

        var rows = await connection.QueryAsync<EntryRow>(Command("Receipt_Entries", new { deviceId, since = borders[0].At, until = borders[^1].At }, cancellationToken));
        var entries = rows.Select(r => r.ToRecord()).ToList();
        var gone = entries.Where(e => e.Reverses is not null).Select(e => e.Reverses!.Value).ToHashSet();
        var live = entries.Where(e => e.Reverses is null && !gone.Contains(e.Seq)).ToLookup(e => e.Interval);
        var epochs = (await connection.QueryAsync<EpochRow>(Command("Ledger_Epochs", new { deviceId }, cancellationToken)))
            .Where(e => borders.Exists(b => b.Epoch == e.Epoch)).ToDictionary(e => e.Epoch, e => e.ToRecord().Set);
        var intervals = new List<PostedInterval>(borders.Count);
        for (var i = 1; i < borders.Count; i++)
        {
            var (before, border) = (borders[i - 1], borders[i]);
            if (before.Epoch == border.Epoch)
            {
                intervals.Add(new PostedInterval(
                    border.Epoch, border.Seq, before.At, before.ConfirmedAt, border.At, epochs[border.Epoch], Columns.ReadMeters(before.Meters), [.. live[border.Seq]]));
            }
        }

        return intervals;
    }

    private Task<IReadOnlyList<T>> ListAsync<T>(string statement, object parameters, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<T>>(
        async (connection, ct) => (await connection.QueryAsync<T>(Command(statement, parameters, ct))).AsList(), cancellationToken);

    private CommandDefinition Command(string statement, object parameters, CancellationToken cancellationToken) =>
        new(database.Sql[statement], parameters, cancellationToken: cancellationToken);

    private sealed record WaitingRow
    {
        public long Id { get; init; }
        public long OrgId { get; init; }
        public DateTimeOffset ReceivedAt { get; init; }
        public DateTimeOffset StartedAt { get; init; }
        public DateTimeOffset EndedAt { get; init; }
        public string Content { get; init; } = "";
    }

    private sealed record BorderRow
    {
        public long Seq { get; init; }
        public int Epoch { get; init; }
        public DateTimeOffset At { get; init; }
        public DateTimeOffset ConfirmedAt { get; init; }
        public string Meters { get; init; } = "";
    }
}
