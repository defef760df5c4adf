using System.Collections.Immutable;
using System.Text;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Polling;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Polling;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class InventoryReaderTests(Db db) : DatabaseFixture(db)
{
    private InventoryRepository Inventories => new(Database, Ids);

    [Test]
    public async Task Inventory_is_read_at_its_interval_and_changes_are_kept()
    {
        var (device, time, agent) = (await Database.AddDeviceAsync(Ids), new SetTime(), new Machine());
        var reader = await ReaderAsync(agent, time);

        agent.Is(serial: "INV1", toner: 20);
        await reader.ReadWhenDueAsync(device, default);
        agent.Is(serial: "INV1", toner: 90);
        time.Now += TimeSpan.FromMinutes(14);
        await reader.ReadWhenDueAsync(device, default);
        Assert.That(await Inventories.ChangesAsync(device, 10, default), Is.Empty, "not due");
        time.Now += TimeSpan.FromMinutes(1);
        await reader.ReadWhenDueAsync(device, default);
        agent.Is(serial: "INV2", toner: 30);
        time.Now += TimeSpan.FromMinutes(15);
        await reader.ReadWhenDueAsync(device, default);

        var changes = await Inventories.ChangesAsync(device, 10, default);
        Assert.That(changes.Select(c => ((InventoryChangeKind)c.Kind, c.Subject, c.Before, c.After)), Is.EqualTo(new[]
        {
            (InventoryChangeKind.Serial, "", "INV1", "INV2"), (InventoryChangeKind.Supply, "Black", "20 %", "90 %"),
        }));
        var last = (await Inventories.FindAsync(device, default))!;
        Assert.That((last.ReadAt, ProbeReport.TryParse(last.Report)!.Identity.Serial), Is.EqualTo((time.Now, "INV2")));
    }

    [TestCase(60, 1, 3)]
    [TestCase(0, 60, 0, Description = "never")]
    public async Task Device_has_an_interval_of_its_own(int seconds, int minutes, int looks)
    {
        var (device, time, agent) = (await Database.AddDeviceAsync(Ids), new SetTime(), new Machine());
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update device set inventory_seconds = @seconds where id = @device", new { seconds = (long)seconds, device }), default);
        var reader = await ReaderAsync(agent, time);
        agent.Is("INV1", 20);
        for (var i = 0; i < 3; i++)
        {
            await reader.ReadWhenDueAsync(device, default);
            time.Now += TimeSpan.FromMinutes(minutes);
        }

        Assert.That(agent.Looks, Is.EqualTo(looks));
    }

    [Test]
    public async Task Second_node_reads_no_sooner_and_keeps_nothing_behind_the_back_of_the_first()
    {
        var (device, time, agent) = (await Database.AddDeviceAsync(Ids), new SetTime(), new Machine());
        var (one, two) = (await ReaderAsync(agent, time), await ReaderAsync(agent, time));
        agent.Is("INV1", 20);
        await one.ReadWhenDueAsync(device, default);
        await two.ReadWhenDueAsync(device, default);
        Assert.That(agent.Looks, Is.EqualTo(1));
        Assert.That(await Inventories.StoreAsync(device, new InventoryRow { ReadAt = time.Now, Report = "{}" }, null, [], [], [], default), Is.False, "not the first any more");
    }

    [Test]
    public async Task Silent_device_and_what_is_no_printer_leave_nothing()
    {
        var (device, time, agent) = (await Database.AddDeviceAsync(Ids), new SetTime(), new Machine());
        await (await ReaderAsync(agent, time)).ReadWhenDueAsync(device, default);
        Assert.That(await Inventories.FindAsync(device, default), Is.Null);
    }

    private async Task<InventoryReader> ReaderAsync(ISnmpClient client, TimeProvider time)
    {
        var catalog = new DeviceCatalog(new MeteredDevices(Database), new SnmpTargets(new NoSecrets()));
        await catalog.LoadAsync(default);
        var names = new HostNames((_, _) => throw new InvalidOperationException("no name is here"), new PollingOptions(), time);
        return new InventoryReader(catalog, new DeviceAddresses(names), client, ProfileLibrary.BuiltIn, Inventories, new PollingOptions(), time, NullLogger<InventoryReader>.Instance);
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = TestRows.Now;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class NoSecrets : ISecretSealer
    {
        public byte[] Seal(string text) => [];

        public string Open(ReadOnlySpan<byte> sealedText) => "";
    }

    /// <summary>A device that is told what to say, and counts how often it is looked at.</summary>
    private sealed class Machine : ISnmpClient
    {
        private RecordedSnmp? _rows;

        public int Looks { get; private set; }

        public void Is(string serial, int toner) => _rows = new RecordedSnmp(
            SnmpRecording.Parse(Encoding.UTF8.GetBytes(
                $"1.3.6.1.2.1.25.3.5.1.1.1|2|3\n1.3.6.1.2.1.43.5.1.1.17.1|4|{serial}\n1.3.6.1.2.1.43.11.1.1.6.1.1|4|Black\n" +
                $"1.3.6.1.2.1.43.11.1.1.5.1.1|2|3\n1.3.6.1.2.1.43.11.1.1.8.1.1|2|100\n1.3.6.1.2.1.43.11.1.1.9.1.1|2|{toner}\n")),
            TimeProvider.System);

        public Task<SnmpReply> GetAsync(SnmpTarget target, ImmutableArray<ObjectIdentifier> oids, CancellationToken cancellationToken) =>
            _rows?.GetAsync(target, oids, cancellationToken) ?? Task.FromResult<SnmpReply>(new SnmpReply.Silent(default, "no answer", default));

        public Task<SnmpWalk> WalkAsync(SnmpTarget target, ObjectIdentifier root, int maxRows, CancellationToken cancellationToken)
        {
            Looks += root == ObjectIdentifier.Parse("1.3.6.1.2.1.43.11.1.1.9") ? 1 : 0;
            return _rows?.WalkAsync(target, root, maxRows, cancellationToken) ?? Task.FromResult(new SnmpWalk([], WalkEnd.Silent, default));
        }
    }
}
