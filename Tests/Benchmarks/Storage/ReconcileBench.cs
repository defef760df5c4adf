using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Receipts;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Polling;
using CopyTrack.Server.Receipts;
using CopyTrack.Server.WalkUp;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace CopyTrack.Benchmarks.Storage;

/// <summary>
/// A day of 100,000 jobs on 5,000 devices: every job shown by a border of its own and told by a receipt, booked through the booker, the rules and the journal.
/// CPU is that of the whole machine while it ran, database and all.
/// </summary>
internal static class ReconcileBench
{
    private const int JobsADevice = 20, People = 2_000;
    private static readonly DateTimeOffset s_day = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public static async Task RunAsync(IDatabase database, DataOptions options, bool quick)
    {
        var ids = new IdGenerator(TimeProvider.System);
        var time = new FixedTime(s_day.AddHours(12));
        var devices = Enumerable.Range(0, quick ? 100 : 5_000).Select(_ => ids.Next()).ToArray();
        await database.WriteAsync(
            async (connection, ct) =>
            {
                foreach (var id in devices)
                {
                    await connection.ExecuteAsync(
                        "insert into device (id, org_id, name, name_folded, address, created_at, updated_at) values (@id, 1, @name, @name, '127.0.0.1', 0, 0)", new { id, name = $"d{id}" });
                    await DeviceRows.AddAsync(database, connection, 1, id, true, ct);
                }

                for (var i = 0; i < People; i++)
                {
                    await connection.ExecuteAsync(
                        "insert into person (id, org_id, user_name, user_folded, project_required, enabled, source, created_at, updated_at) values (@id, 1, @name, @name, 0, 1, 'test', 0, 0)",
                        new { id = ids.Next(), name = $"p{i}" });
                }

                return 0;
            },
            default);
        var journal = DataServices.Journal(database, ids, options, NullLogger.Instance, () => { });
        var store = DataServices.Receipts(database, ids);
        var set = (await InputVectors.ReadingAsync()).Set;
        await Parallel.ForEachAsync(devices, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (d, _) => await DayAsync(journal, store, set, d));
        var rows = new ReceiptRepository(database);
        var booker = Booker(database, journal, ids, rows, time);

        var (cpu, watch) = (Cpu(), Stopwatch.StartNew());
        await Parallel.ForEachAsync(devices, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (d, ct) => await booker.BookAsync(d, ct));
        var spent = Cpu() - cpu;
        var booked = await database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("select count(*) from receipt where status = 1"), default);
        var left = await database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("select count(*) from entry where cause = 14"), default);
        if (booked != devices.Length * (long)JobsADevice || left != 0)
        {
            throw new InvalidOperationException($"{booked} of {devices.Length * JobsADevice} receipts booked, {left} entries of lag");
        }

        StorageBench.Tell("receipts booked, devices one after the other, 8 at a time", booked, watch.Elapsed);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure reconciling {booked} jobs of a day on {devices.Length} devices, CPU of one core: {spent.TotalSeconds:F1}"));
        foreach (var closing in new object[] { journal, store }.OfType<IAsyncDisposable>())
        {
            await closing.DisposeAsync();
        }
    }

    private static async Task DayAsync(IDeviceJournal journal, IReceiptStore store, BaseCounterSet set, long device)
    {
        var values = set.Counters.Select(_ => (long?)100_000).ToArray();
        await ReadAsync(journal, set, device, s_day, values);
        var receipts = ImmutableArray.CreateBuilder<JobReceipt>(JobsADevice);
        var copies = set.Counters.Where(c => c.Key is { Function: PageFunction.Copy, Unit: CounterUnit.Impressions } && c.Role == CounterRole.Part).ToArray();
        for (var job = 0; job < JobsADevice; job++)
        {
            var at = s_day.AddMinutes((job * 20) + 10);
            var counter = copies[job % copies.Length];
            foreach (var c in set.Counters.Where(c => c.Index == counter.Index || c.Role == CounterRole.Total))
            {
                values[c.Index] += 3;
            }

            await ReadAsync(journal, set, device, at.AddSeconds(10), values);
            receipts.Add(new JobReceipt
            {
                BootId = "b", JobId = job.ToString(CultureInfo.InvariantCulture), Sequence = job + 1, Service = JobService.Copy, StartedAt = at.AddSeconds(-5), EndedAt = at,
                Identities = [new JobIdentity(IdentityKind.Login, $"p{(device + job) % People}")],
                Pages =
                [
                    new CompletedPages(
                        counter.Key.Color == PageColor.Any ? PageColor.Mono : counter.Key.Color, PageSides.Simplex, counter.Key.Size == PageSize.Large ? "iso_a3_297x420mm" : "iso_a4_210x297mm", 3, 3),
                ],
            });
        }

        await store.TakeAsync(new ReceiptIntake(device, 1, s_day.AddHours(9), s_day.AddHours(9), receipts.ToImmutable()), default);
    }

    private static Task<ReadingOutcome> ReadAsync(IDeviceJournal journal, BaseCounterSet set, long device, DateTimeOffset at, long?[] values) => journal.ApplyAsync(
        device, s => WalkUpRules.Reading(s, new DecisionContext(at, new SessionOptions(), TimeZoneInfo.Utc, PriceList.Free), new MeterReading
        {
            SentAt = at, At = at, UpTime = 1_000_000 + (long)((at - s_day).TotalSeconds * 100), Idle = true, PagesPerMinute = 60, Set = set, Values = [.. values],
            Trigger = ReadingTrigger.Receipt, Token = s.ClaimToken,
        }), default);

    private static ReceiptBooker Booker(IDatabase database, IDeviceJournal journal, IdGenerator ids, ReceiptRepository rows, TimeProvider time)
    {
        var contexts = new DecisionContexts(time, new SessionOptions(), new SiteSettings(TimeZoneInfo.Utc, PriceList.Free), new OfflineTerminals(), "bench");
        var roster = new TerminalRoster();
        var meters = new NoMeters();
        var live = new LiveDevices(contexts, journal, meters, new PanelControl(roster, new NoPanels(), contexts, NullLogger<PanelControl>.Instance), roster, time, NullLogger<LiveDevices>.Instance);
        return new ReceiptBooker(rows, new AccountNames(database, new AuditLog(database, ids, time), time), journal, meters, live, contexts, time, NullLogger<ReceiptBooker>.Instance);
    }

    /// <summary>Busy time of all cores since the start.</summary>
    internal static TimeSpan Cpu()
    {
        var busy = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(long.Parse).Where((_, i) => i is not (3 or 4)).Sum();
        return TimeSpan.FromSeconds(busy / 100.0);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private sealed class NoMeters : IDeviceMeters
    {
        public Task<MeterRead> ReadAsync(long deviceId, ReadingTrigger trigger, long token, CancellationToken cancellationToken) => Task.FromResult<MeterRead>(new MeterRead.Failed("no meters here"));
    }

    private sealed class NoPanels : IRemotePanels
    {
        public Task LockAsync(string terminalId, string? session, string reason) => Task.CompletedTask;
    }
}
