using System.Collections.Immutable;
using System.Net;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Polling;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Polling;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class NamedDeviceTests(Db db) : DatabaseFixture(db)
{
    private static readonly SnmpRecording Machine = SnmpRecording.Parse(
        "1.3.6.1.2.1.1.3.0|67|100\n1.3.6.1.2.1.25.3.5.1.1.1|2|3\n1.3.6.1.2.1.43.5.1.1.17.1|4|S1\n1.3.6.1.2.1.43.10.2.1.4.1.1|65|77\n"u8);

    [Test]
    public async Task Device_is_read_where_its_name_leads_and_bound_anew_where_it_moved()
    {
        var device = await Database.AddDeviceAsync(Ids);
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update device set address = 'printer7.example', snmp_version = '3', v3_user = 'reader', v3_context = 'deep' where id = @device", new { device }), default);
        Agents agents = new() { At = "192.0.2.7" };
        SteppedTime time = new();
        using HostNames names = new((_, _) => Task.FromResult(new[] { IPAddress.Parse(agents.Named) }), new PollingOptions(), time);
        DeviceCatalog catalog = new(new MeteredDevices(Database), new SnmpTargets(new NoSecrets()));
        using KyoceraMeterSource kyocera = new(time);
        DeviceMeters meters = new(catalog, new DeviceAddresses(names), new MeterReader(agents, ProfileLibrary.BuiltIn), kyocera);

        Assert.That(await meters.ReadAsync(device, ReadingTrigger.Idle, 1, default), Is.TypeOf<MeterRead.Taken>());
        Assert.That(agents.Contexts, Is.EquivalentTo(new[] { "deep" }));
        var bound = agents.Walks;
        await meters.ReadAsync(device, ReadingTrigger.Idle, 1, default);
        Assert.That(agents.Walks, Is.EqualTo(bound), "bound once");

        // It gets another address: silent at the old one, looked up anew, and whoever answers there is looked at from the start.
        (agents.At, agents.Named) = ("192.0.2.8", "192.0.2.8");
        Assert.That(await meters.ReadAsync(device, ReadingTrigger.Idle, 1, default), Is.TypeOf<MeterRead.Failed>().With.Property("Reason").EqualTo("no answer"));
        time.Now += TimeSpan.FromSeconds(11);
        Assert.That(await meters.ReadAsync(device, ReadingTrigger.Idle, 1, default), Is.TypeOf<MeterRead.Taken>());
        Assert.That(agents.Walks, Is.GreaterThan(bound));
    }

    private sealed class SteppedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = TestRows.Now;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class NoSecrets : ISecretSealer
    {
        public byte[] Seal(string text) => [];

        public string Open(ReadOnlySpan<byte> sealedText) => "";
    }

    /// <summary>One machine at one address; nobody is at the others.</summary>
    private sealed class Agents : ISnmpClient
    {
        private readonly RecordedSnmp _machine = new(Machine, TimeProvider.System);

        public string At { get; set; } = "";

        public string Named { get; set; } = "192.0.2.7";

        public int Walks { get; private set; }

        public HashSet<string> Contexts { get; } = [];

        public Task<SnmpReply> GetAsync(SnmpTarget target, ImmutableArray<ObjectIdentifier> oids, CancellationToken cancellationToken)
        {
            Contexts.Add(target.Context);
            return target.Address.ToString() == At ? _machine.GetAsync(target, oids, cancellationToken) : Task.FromResult<SnmpReply>(new SnmpReply.Silent(default, "no answer", default));
        }

        public Task<SnmpWalk> WalkAsync(SnmpTarget target, ObjectIdentifier root, int maxRows, CancellationToken cancellationToken)
        {
            Walks++;
            return target.Address.ToString() == At ? _machine.WalkAsync(target, root, maxRows, cancellationToken) : Task.FromResult(new SnmpWalk([], WalkEnd.Silent, default));
        }
    }
}
