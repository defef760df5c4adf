using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Polling;
using CopyTrack.Server.WalkUp;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace CopyTrack.Benchmarks.Storage;

/// <summary>
/// Messages of many agents with 100 devices each: signature, reading by the schema, inbox, acknowledgement, and the ledger, taken and applied side by side. Every second device has printed
/// since it was read last. Signing and packing are the agents' work and done before. CPU is that of the whole machine, database and all.
/// </summary>
internal static class FleetBench
{
    private const int DevicesEach = 100;

    public static async Task RunAsync(IDatabase database, DataOptions options, bool quick)
    {
        var (agents, rounds) = quick ? (10, 2) : (100, 6);
        var time = TimeProvider.System;
        var ids = new IdGenerator(time);
        var audit = new AuditLog(database, ids, time);
        var fleet = new FleetRepository(database, audit, ids, time);
        var inbox = new FleetInbox(database, ids);
        var parsed = new ParsedMessages();
        var intake = new MessageIntake(fleet, inbox, parsed, new FleetOptions(), time, NullLogger<MessageIntake>.Instance);
        var journal = DataServices.Journal(database, ids, options, NullLogger.Instance, () => { });
        var contexts = new DecisionContexts(time, new SessionOptions(), new SiteSettings(TimeZoneInfo.Utc, PriceList.Free), new OfflineTerminals(), "bench");
        var devices = new FleetDevices(database, new DeviceRepository(database, DataServices.Outbox(database, time, NullLogger.Instance), audit, time), audit, ids, time);
        using var applier = new MessageApplier(
            inbox, fleet, devices, journal, new FleetInventory(new InventoryRepository(database, ids), new PollingOptions()), contexts, parsed, new FleetOptions(), time, NullLogger<MessageApplier>.Instance);
        await fleet.PutNodeAsync(1, "customer", "customer", null, "bench", default);
        await fleet.PutNodeAsync(1, "site", "site", "customer", "bench", default);
        var reading = await InputVectors.ReadingAsync();
        var all = new (long Id, ECDsa Key)[agents];
        for (var i = 0; i < agents; i++)
        {
            var hash = RandomNumberGenerator.GetBytes(32);
            var (id, _) = await fleet.PutCodeAsync(1, $"agent {i}", "site", hash, DateTimeOffset.UtcNow.AddDays(1), "bench", false, default);
            all[i] = (id!.Value, FleetKeys.Create());
            await fleet.EnrolAsync(hash, all[i].Key.ExportSubjectPublicKeyInfo(), default);
        }

        // The first round makes the devices and opens their ledgers, which happens once.
        await RoundsAsync(intake, applier, inbox, [Messages(all, reading, 1)]);
        byte[][][] sealedRounds = [.. Enumerable.Range(2, rounds).Select(r => Messages(all, reading, r))];
        await RoundsAsync(intake, applier, inbox, sealedRounds[..1]);
        var (cpu, watch) = (ReconcileBench.Cpu(), Stopwatch.StartNew());
        var taken = await RoundsAsync(intake, applier, inbox, sealedRounds[1..]);
        var (spent, took) = (ReconcileBench.Cpu() - cpu, watch.Elapsed);
        var records = (rounds - 1) * agents * DevicesEach;
        var kept = await database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("select count(*) from reading where status = 0"), default);
        var pages = await database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("select cast(sum(e.delta) as bigint) from entry e"), default);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {agents} agents with {DevicesEach} devices, {kept} readings kept, {pages} counts posted"));
        StorageBench.Tell("device records acknowledged", records, taken);
        StorageBench.Tell("device records acknowledged and in the ledger", records, took);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure device records a second from message to ledger: {records / took.TotalSeconds:F0}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure CPU of one core at 222 device records a second, percent: {spent.TotalSeconds / records * 222 * 100:F1}"));
        if (journal is IAsyncDisposable closing)
        {
            await closing.DisposeAsync();
        }
    }

    /// <summary>Sends rounds and applies beside it; returns when all are in the ledger, with how long it took until all were acknowledged.</summary>
    private static async Task<TimeSpan> RoundsAsync(MessageIntake intake, MessageApplier applier, FleetInbox inbox, byte[][][] rounds)
    {
        var watch = Stopwatch.StartNew();
        var taken = TimeSpan.Zero;
        var sending = Task.Run(async () =>
        {
            foreach (var round in rounds)
            {
                await Parallel.ForEachAsync(round, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (message, ct) =>
                {
                    if (await intake.TakeAsync(message, "192.0.2.1", false, ct) is not IntakeAnswer.Word { Acknowledgement.Outcome: AckOutcome.Taken })
                    {
                        throw new InvalidOperationException("a message was not taken");
                    }
                });
            }

            taken = watch.Elapsed;
        });
        while (!sending.IsCompleted || await applier.RoundAsync(default) > 0)
        {
            if (await applier.RoundAsync(default) == 0)
            {
                await Task.Delay(5);
            }
        }

        await sending;
        return taken;
    }

    private static byte[][] Messages((long Id, ECDsa Key)[] agents, MeterReading reading, int round) =>
    [
        .. agents.AsParallel().AsOrdered().Select((agent, n) =>
        {
            var now = DateTimeOffset.UtcNow;
            var name = agent.Id.ToString(CultureInfo.InvariantCulture);
            ImmutableArray<FleetRecord> records =
            [
                .. Enumerable.Range(0, DevicesEach).Select(d => new FleetRecord
                {
                    Key = $"s-{n}x{d}", Address = "192.0.2.7",
                    Reading = reading.Later(now.AddMinutes(-60 + round), 0, ReadingTrigger.Idle, 3 * ((round + (d % 2)) / 2)) with { Serial = $"S{n}X{d}", UpTime = null },
                }),
            ];
            return new MessageEnvelope(name, round, round, now, FleetPacking.Pack(FleetMessageWriter.Write(new FleetMessage { Agent = name, Sequence = round, Created = FleetTime.Cut(now), Program = "1", Devices = records }))).Seal(agent.Key);
        }),
    ];
}
