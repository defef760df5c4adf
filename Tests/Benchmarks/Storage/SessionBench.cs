using System.Diagnostics;
using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace CopyTrack.Benchmarks.Storage;

/// <summary>
/// Whole sessions by the real rules through the journal: login, start reading, logout, and a reading with pages that settles it. Four commits,
/// each durable before the next; the device's clock runs ahead so that nothing waits for a counter to come to rest.
/// </summary>
internal static class SessionBench
{
    private static readonly SessionOptions s_options = new();
    private static readonly TimeZoneInfo s_zone = TimeZoneInfo.Utc;

    public static async Task RunAsync(IDatabase database, DataOptions options, bool quick)
    {
        var ids = new IdGenerator(TimeProvider.System);
        var devices = Enumerable.Range(0, quick ? 100 : 2000).Select(_ => ids.Next()).ToArray();
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
        var reading = await InputVectors.ReadingAsync();
        await EachAsync(devices, 64, d => FirstReadingAsync(journal, reading, d));
        foreach (var width in quick ? [64] : (int[])[64, 64, 256])
        {
            // The first round warms; the last of each width counts.
            var settled = 0;
            var watch = Stopwatch.StartNew();
            await EachAsync(devices, width, async d => Interlocked.Add(ref settled, await SessionAsync(journal, ids, reading, d) ? 1 : 0));
            if (settled != devices.Length)
            {
                throw new InvalidOperationException($"only {settled} of {devices.Length} sessions settled");
            }

            StorageBench.Tell($"sessions from login to settled, 4 commits ({width} at a time)", devices.Length, watch.Elapsed);
            s_last[width] = devices.Length / watch.Elapsed.TotalSeconds;
        }

        foreach (var (width, rate) in s_last)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure sessions from login to settled, 4 durable commits each, {width} at a time: {rate:F0}"));
        }

        s_last.Clear();
        if (journal is IAsyncDisposable closing)
        {
            await closing.DisposeAsync();
        }
    }

    private static readonly SortedDictionary<int, double> s_last = [];
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<long, (DateTimeOffset At, long Pages)> s_clocks = new();

    private static async Task FirstReadingAsync(IDeviceJournal journal, MeterReading reading, long device)
    {
        var at = TimeProvider.System.GetUtcNow();
        s_clocks[device] = (at, 0);
        await journal.ApplyAsync(device, s => WalkUpRules.Reading(s, At(at) with { Node = "bench" }, reading.Later(at, s.ClaimToken, ReadingTrigger.Start, 0)), default);
    }

    private static async Task<bool> SessionAsync(IDeviceJournal journal, IdGenerator ids, MeterReading reading, long device)
    {
        var (at, pages) = s_clocks[device];
        var login = at + TimeSpan.FromSeconds(60);
        var grant = new LoginGrant(ids.Next(), "terminal-" + device, device % 20_000, "card", "copy;copyColor;scan", false);
        await journal.ApplyAsync(
            device, s => WalkUpRules.Login(s, At(login) with { Node = "bench" }, grant, _ => new AttemptRecord(grant.TerminalId, "a" + grant.SessionId, login, grant.SessionId, new string('r', 300))), default);
        var start = login + TimeSpan.FromSeconds(0.1);
        await journal.ApplyAsync(
            device, s => WalkUpRules.Reading(s, At(start) with { Unlocked = grant.SessionId }, reading.Later(start, s.ClaimToken, ReadingTrigger.Login, pages)), default);
        var end = login + TimeSpan.FromSeconds(30);
        await journal.ApplyAsync(device, s => WalkUpRules.End(s, At(end), grant.SessionId, EndReason.User), default);
        var settle = end + s_options.Settle + TimeSpan.FromSeconds(1);
        pages += 3;
        var outcome = await journal.ApplyAsync(
            device, s => WalkUpRules.Reading(s, At(settle), reading.Later(settle, s.ClaimToken, ReadingTrigger.Settle, pages)), default);
        s_clocks[device] = (settle, pages);
        return outcome.After is { Open: null, Settling: null };
    }

    private static DecisionContext At(DateTimeOffset now) => new(now, s_options, s_zone, PriceList.Free);

    private static Task EachAsync(long[] devices, int width, Func<long, Task> work) =>
        Parallel.ForEachAsync(devices, new ParallelOptions { MaxDegreeOfParallelism = width }, async (d, _) => await work(d));
}
