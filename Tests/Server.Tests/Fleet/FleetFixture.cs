using System.Collections.Immutable;
using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Polling;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Fleet;

/// <summary>A manager without sockets: what agents sign goes in, ledger and lists come out.</summary>
internal abstract class FleetFixture(Db db) : JournalFixture(db)
{
    protected static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    private int _agents;

    protected FleetRepository Fleet { get; private set; } = null!;

    protected FleetInbox Inbox { get; private set; } = null!;

    protected FleetDevices Devices { get; private set; } = null!;

    protected MessageIntake Intake { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var time = TimeProvider.System;
        var audit = new AuditLog(Database, Ids, time);
        var outbox = DataServices.Outbox(Database, time, NullLogger.Instance);
        Fleet = new FleetRepository(Database, audit, Ids, time);
        Inbox = new FleetInbox(Database, Ids);
        Devices = new FleetDevices(Database, new DeviceRepository(Database, outbox, audit, time), audit, Ids, time);
        Intake = new MessageIntake(Fleet, Inbox, new ParsedMessages(), new FleetOptions(), time, NullLogger<MessageIntake>.Instance);
        foreach (var (name, kind, parent) in new[] { ("dealer", "dealer", null), ("acme", "customer", "dealer"), ("globex", "customer", "dealer"), ("acme north", "site", "acme"), ("acme south", "site", "acme"), ("globex hq", "site", "globex") })
        {
            Assert.That((await Fleet.PutNodeAsync(1, name, kind, parent, "test", default)).Fault, Is.Null);
        }
    }

    /// <summary>Another node's applier: nothing of what this one or the intake remembers.</summary>
    protected MessageApplier Applier(TimeProvider? time = null, string node = "n1", int maxDevices = 5000) => new(
        Inbox, Fleet, Devices, Journal, new FleetInventory(new InventoryRepository(Database, Ids), new PollingOptions()), new Contexts(node), new ParsedMessages(), new FleetOptions { Lease = TimeSpan.FromMilliseconds(1), MaxDevices = maxDevices },
        time ?? TimeProvider.System, NullLogger<MessageApplier>.Instance);

    /// <summary>Applies everything that can be.</summary>
    protected async Task ApplyAsync(TimeProvider? time = null, int maxDevices = 5000)
    {
        using var applier = Applier(time, maxDevices: maxDevices);
        for (var i = 0; i < 50 && await applier.RoundAsync(default) > 0; i++)
        {
            await Task.Delay(2);
        }
    }

    /// <summary>An enrolled agent of a site.</summary>
    protected async Task<TestAgent> AgentAsync(string site = "acme north")
    {
        var hash = RandomNumberGenerator.GetBytes(32);
        var (id, fault) = await Fleet.PutCodeAsync(1, $"agent {Interlocked.Increment(ref _agents)} {site}", site, hash, Now.AddDays(1), "test", false, default);
        Assert.That(fault, Is.Null);
        var key = FleetKeys.Create();
        Assert.That(await Fleet.EnrolAsync(hash, key.ExportSubjectPublicKeyInfo(), default), Is.Not.Null);
        return new TestAgent(id!.Value, key);
    }

    protected async Task<AckOutcome?> SendAsync(TestAgent agent, byte[] envelope, bool byMail = false) =>
        await Intake.TakeAsync(envelope, "192.0.2.1", byMail, default) is IntakeAnswer.Word word ? word.Acknowledgement.Outcome : null;

    protected Task<long> ReadingsAsync(string serial) => Database.CountAsync(
        "select count(*) from reading r where r.device_id in (select f.device_id from fleet_device f where f.serial = @serial) and r.status = 0", new { serial });

    protected Task<long> PagesAsync(string serial) => Database.CountAsync(
        "select cast(coalesce(sum(e.delta), 0) as bigint) from entry e where e.device_id in (select f.device_id from fleet_device f where f.serial = @serial)", new { serial });

    /// <summary>Seals nothing.</summary>
    protected sealed class PlainSealer : ISecretSealer
    {
        public byte[] Seal(string text) => System.Text.Encoding.UTF8.GetBytes(text);

        public string Open(ReadOnlySpan<byte> sealedText) => System.Text.Encoding.UTF8.GetString(sealedText);
    }

    private sealed class Contexts(string node) : IDecisionContexts
    {
        public string Node => node;

        public DateTimeOffset Now => DateTimeOffset.UtcNow;

        public DecisionContext For(long deviceId) => new(Now, new SessionOptions(), TimeZoneInfo.Utc, new PriceList("EUR", 0, 0, 0, 0, 0));
    }
}

/// <summary>An agent of a test: its id and its key, and what it signs.</summary>
internal sealed record TestAgent(long Id, ECDsa Key)
{
    public static BaseCounterSet Set { get; } = new()
    {
        Profile = "test", ProfileVersion = 1,
        Counters = [new BaseCounter { Index = 0, Key = new CounterKey(PageFunction.Copy, PageColor.Any, PageSize.Any, PageSides.Any, CounterUnit.Impressions), Role = CounterRole.Part, Oids = ["1.3.1"] }],
    };

    public string Name => Id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>One device's reading, <paramref name="ago"/> minutes old.</summary>
    public static FleetRecord Read(string serial, long pages, double ago, DateTimeOffset now) => new()
    {
        Key = "s-" + serial.ToLowerInvariant(),
        Reading = new MeterReading
        {
            SentAt = now.AddMinutes(-ago), At = now.AddMinutes(-ago), UpTime = null, Serial = serial, Idle = true, Set = Set, Values = [pages], Trigger = ReadingTrigger.Idle, Token = 0,
        },
        Inventory = new ProbeReport
        {
            Identity = new DeviceIdentity("Acme", "Print 1", serial, null, null, null, null, "hall", null), Profile = "test", Status = new DeviceStatus("running", "idle", [], "ready"),
        },
        InventoryAt = now.AddMinutes(-ago),
    };

    public byte[] Sealed(long sequence, DateTimeOffset now, params ImmutableArray<FleetRecord> devices) => Sealed(sequence, sequence, now, devices);

    public byte[] Sealed(long sequence, long first, DateTimeOffset now, ImmutableArray<FleetRecord> devices) => new MessageEnvelope(
        Name, sequence, first, now, FleetPacking.Pack(FleetMessageWriter.Write(new FleetMessage { Agent = Name, Sequence = sequence, Created = now, Program = "1", Devices = devices }))).Seal(Key);
}
