using System.Data.Common;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Fleet;

/// <summary>An offset of a meter that somebody entered: <see cref="Pages"/> are added to the meter from <see cref="At"/> on. <see cref="Epoch"/> is that of the swap that it stands for, null where the ledger saw none.</summary>
public sealed record MeterOffsetRow
{
    public required long Id { get; init; }
    public required long DeviceId { get; init; }
    public required string Counter { get; init; }
    public long? Epoch { get; init; }
    public required DateTimeOffset At { get; init; }
    public required long Pages { get; init; }

    /// <summary>What the ledger reckoned itself for that swap; 0 without one.</summary>
    public required long Ledger { get; init; }
    public required string Reason { get; init; }
    public required string EnteredBy { get; init; }
    public required DateTimeOffset EnteredAt { get; init; }

    /// <summary>By how much the bill moves.</summary>
    public long Correction => Pages - Ledger;

    /// <summary>Those that count: the newest of each swap, and of each time without one.</summary>
    public static IEnumerable<MeterOffsetRow> Counting(IEnumerable<MeterOffsetRow> rows) =>
        rows.GroupBy(r => (r.DeviceId, r.Counter, r.Epoch, At: r.Epoch is null ? r.At : default)).Select(g => g.MaxBy(r => r.Id)!);
}

/// <summary>An offset to be entered.</summary>
public sealed record NewMeterOffset(string Counter, long? Epoch, DateTimeOffset At, long Pages, long Ledger);

/// <summary>Offsets of meters that people entered. Rows are only added; what counted before stands in the audit log.</summary>
public sealed class MeterOffsets(IDatabase database, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    /// <summary>All that was entered for some devices, by device, in order.</summary>
    public async Task<ILookup<long, MeterOffsetRow>> OfAsync(DbConnection connection, IReadOnlyCollection<long> devices, CancellationToken cancellationToken) => devices.Count == 0 ? Enumerable.Empty<MeterOffsetRow>().ToLookup(r => r.DeviceId)
        : (await connection.QueryAsync<MeterOffsetRow>(new CommandDefinition(database.Sql["MeterOffset_OfDevices"], new { ids = devices.ToArray() }, cancellationToken: cancellationToken))).ToLookup(r => r.DeviceId);

    /// <summary>Appends offsets that are entered together, with one row in the audit log.</summary>
    public Task AddAsync(long orgId, long deviceId, IReadOnlyList<NewMeterOffset> offsets, string reason, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            var before = MeterOffsetRow.Counting((await OfAsync(c, [deviceId], ct))[deviceId]).ToList();
            var values = new AuditValues().Add("reason", null, reason);
            foreach (var offset in offsets)
            {
                var was = before.Find(b => b.Counter == offset.Counter && b.Epoch == offset.Epoch && (offset.Epoch is not null || b.At == offset.At));
                values.Add(offset.Counter, was?.Pages ?? (offset.Epoch is null ? null : offset.Ledger), offset.Pages).Add("at", null, offset.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture));
                await c.ExecuteAsync(new CommandDefinition(
                    database.Sql["MeterOffset_Add"],
                    new { id = ids.Next(), deviceId, counter = offset.Counter, epoch = offset.Epoch, at = offset.At, pages = offset.Pages, ledger = offset.Ledger, reason, by = actor, now = time.GetUtcNow() },
                    cancellationToken: ct));
            }

            await audit.AddAsync(c, orgId, actor, "device.offset", $"device:{deviceId}", values, ct);
            return true;
        },
        cancellationToken);
}
