using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace CopyTrack.Benchmarks.Storage;

/// <summary>Opens and settles sessions through the journal, each durable when it counts.</summary>
internal static class JournalBench
{
    private const int Devices = 5000;
    private static readonly ImmutableArray<long?> s_values = [.. Enumerable.Range(0, 12).Select(i => (long?)(100_000 + i))];

    public static async Task RunAsync(IDatabase database, DataOptions options)
    {
        var ids = new IdGenerator(TimeProvider.System);
        var devices = Enumerable.Range(0, Devices).Select(_ => ids.Next()).ToArray();
        await database.WriteAsync(
            async (connection, ct) =>
            {
                foreach (var id in devices)
                {
                    await connection.ExecuteAsync(
                        "insert into device (id, org_id, name, name_folded, address, created_at, updated_at) values (@id, 1, @name, @name, '127.0.0.1', 0, 0)",
                        new { id, name = $"d{id}" });
                    await DeviceRows.AddAsync(database, connection, 1, id, true, ct);
                }

                return 0;
            },
            default);
        var journal = DataServices.Journal(database, ids, options, NullLogger.Instance, () => { });
        foreach (var width in (int[])[64, 1, 64, 256])
        {
            var part = width == 1 ? devices[..500] : devices;
            await StorageBench.MeasureAsync("open: state + session + attempt", part, width, d => OpenAsync(journal, ids, d));
            await StorageBench.MeasureAsync("settle: state + session + reading + 3 entries + 2 roll-ups", part, width, d => SettleAsync(journal, d));
        }

        if (journal is IAsyncDisposable closing)
        {
            await closing.DisposeAsync();
        }
    }

    private static Task<int> OpenAsync(IDeviceJournal journal, IdGenerator ids, long device) => journal.ApplyAsync(
        device,
        state =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var session = new SessionRecord
            {
                Id = ids.Next(), DeviceId = device, TerminalId = "terminal-" + device, PersonId = device % 20_000, State = SessionState.Opening,
                Method = "card", Functions = "copy;copyColor;scan", OpenedAt = now, LastActivityAt = now,
            };
            var next = state with
            {
                Open = new LiveSession { Record = session }, Fingerprint = new string('f', 600),
                Last = new Border(state.ReadingSeq, now, now, now, 1, 100, "SERIAL1", s_values),
            };
            return (new DeviceChange
            {
                State = next, Sessions = [session], Attempt = new AttemptRecord(session.TerminalId, "a" + session.Id, now, session.Id, new string('r', 300)),
                ClaimFor = "node",
            }, 0);
        },
        default);

    private static Task<int> SettleAsync(IDeviceJournal journal, long device) => journal.ApplyAsync(
        device,
        state =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var seq = state.ReadingSeq + 1;
            var session = state.Open!.Record with { State = SessionState.Settled, EndedAt = now, SettledAt = now, EndReason = EndReason.User };
            var counts = new PageCounts(3, 2, 1, 0, 3, 0, 0, 3, 0, 0, 0, 0, 1500);
            var day = DateOnly.FromDateTime(now.UtcDateTime);
            return (new DeviceChange
            {
                State = state with { Open = null, ReadingSeq = seq, EntrySeq = state.EntrySeq + 3 },
                Sessions = [session],
                Readings = [new ReadingRecord(device, seq, 1, ReadingStatus.Border, ReadingTrigger.Settle, now, now, 1, 100, 1, "SERIAL1", s_values)],
                Entries =
                [
                    .. Enumerable.Range(1, 3).Select(i => new EntryRecord(
                        device, state.EntrySeq + i, 1, seq, i, 1, now, now, session.Id, session.PersonId, null, Cause.None, Confidence.Exact, EntrySource.Meter, null, null)),
                ],
                Usage = [new UsageRecord(day, device, session.PersonId, null, PageFunction.Copy, Cause.None, 1, counts)],
            }, 0);
        },
        default);
}
