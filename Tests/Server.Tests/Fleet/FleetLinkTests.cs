using CopyTrack.Accounting.Fleet;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Fleet;

/// <summary>Devices that went by one serial number alone: what tells them apart does so at once, what leaves a doubt is listed, and an administrator parts them.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class FleetLinkTests(Db db) : FleetFixture(db)
{
    private FleetLinks Links
    {
        get
        {
            var audit = new AuditLog(Database, Ids, TimeProvider.System);
            return new FleetLinks(Database, Devices, new DeviceRepository(Database, DataServices.Outbox(Database, TimeProvider.System, NullLogger.Instance), audit, TimeProvider.System), audit, TimeProvider.System);
        }
    }

    [Test]
    public async Task Devices_of_two_agents_with_one_number_are_two_when_hardware_address_or_model_differ()
    {
        var (north, south) = (await AgentAsync(), await AgentAsync("acme south"));
        await TellAsync(north, 1, Told("L1", mac: "00:00:00:00:00:01"), Told("L2"), Told("L3", mac: "00:00:00:00:00:03"));
        await TellAsync(south, 1, Told("L1", mac: "00:00:00:00:00:02"), Told("L2", model: "Print 2"), Told("L3"));
        Assert.Multiple(async () =>
        {
            Assert.That(await DevicesAsync("L1"), Is.EqualTo(2));
            Assert.That(await DevicesAsync("L2"), Is.EqualTo(2));
            Assert.That(await DevicesAsync("L3"), Is.EqualTo(1), "nothing speaks against it: a device that two meter is one");
        });
        // A third that tells the number has two before it, of which one may be it: it is nobody's.
        await TellAsync(await AgentAsync(), 1, Told("L1", mac: "00:00:00:00:00:01"));
        Assert.That(await DevicesAsync("L1"), Is.EqualTo(3));
    }

    [Test]
    public async Task One_number_at_two_places_at_one_time_is_in_doubt_until_it_is_parted_and_the_ledger_stays()
    {
        var (north, south) = (await AgentAsync(), await AgentAsync("acme south"));
        await TellAsync(north, 1, Told("L4", pages: 100));
        await TellAsync(south, 1, Told("L4", pages: 100));
        await TellAsync(north, 2, Told("L4", pages: 130, ago: 5));
        var pages = await PagesAsync("L4");
        var readings = await ReadingsAsync("L4");
        Assert.That(pages, Is.EqualTo(30));
        var doubt = (await DoubtfulAsync("L4")).Single();
        Assert.That((doubt.AgentId, doubt.Site, doubt.Why), Is.EqualTo((south.Id, "acme south", "shared")), "who came second");
        Assert.That(await Links.DoubtfulAsync(1, Now.AddHours(1), default), Is.Empty, "who tells nothing any more stands nowhere");

        var agent = (await Fleet.GetAsync(south.Id, default))!;
        Assert.That(await Links.PartAsync(agent, "no such", "account:1", default), Is.Null);
        Assert.That(await Links.PartAsync(agent, doubt.Key, "account:1", default), Is.EqualTo("Print 1 L4 (2)"));
        Assert.That(await Links.PartAsync(agent, doubt.Key, "account:2", default), Is.Null, "pressed twice, or by two at a time: it is parted already, and nobody else's");
        Assert.That(await Database.CountAsync("select count(*) from device where name_folded like 'print 1 l4%'"), Is.EqualTo(2));
        Assert.Multiple(async () =>
        {
            Assert.That(await DoubtfulAsync("L4"), Is.Empty);
            Assert.That(await PagesAsync("L4"), Is.EqualTo(pages), "nothing of the ledger moved");
            Assert.That(await ReadingsAsync("L4"), Is.EqualTo(readings));
            Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'fleet.link.part' and actor = 'account:1' and before_value = 'Print 1 L4' and after_value = 'Print 1 L4 (2)'"), Is.EqualTo(1));
        });

        // What the parted agent tells goes to its own device, and the other one is left alone.
        await TellAsync(south, 2, Told("L4", pages: 7, ago: 3));
        await TellAsync(south, 3, Told("L4", pages: 9, ago: 2));
        Assert.That(await Database.CountAsync("select cast(sum(e.delta) as bigint) from entry e join fleet_device f on f.device_id = e.device_id where f.agent_id = @id and f.serial = 'L4'", new { id = south.Id }), Is.EqualTo(2));
        Assert.That(await Database.CountAsync("select cast(sum(e.delta) as bigint) from entry e join fleet_device f on f.device_id = e.device_id where f.agent_id = @id and f.serial = 'L4'", new { id = north.Id }), Is.EqualTo(30));
    }

    [Test]
    public async Task Device_that_is_read_here_and_linked_to_an_agent_of_another_site_is_in_doubt()
    {
        var agent = await AgentAsync("globex hq");
        await TellAsync(agent, 1, Told("L5"), Told("L6"), Told("L7"));
        // As versions before serial numbers had to match a site left them: a device of our own, of another site, of none, and of the agent's.
        foreach (var (serial, site) in new[] { ("L5", "Berlin"), ("L6", null), ("L7", (string?)"globex hq") })
        {
            await Database.WriteAsync((c, _) => c.ExecuteAsync("update device set site = @site where id in (select device_id from fleet_device where serial = @serial)", new { serial, site }), default);
            await Database.WriteAsync((c, _) => c.ExecuteAsync("update device_poll set monitored = 1 where device_id in (select device_id from fleet_device where serial = @serial)", new { serial }), default);
        }

        Assert.That((await Links.DoubtfulAsync(1, Now.AddHours(-1), default)).Where(l => l.AgentId == agent.Id).Select(l => (l.Serial, l.DeviceSite, l.Why)), Is.EqualTo(new[] { ("L5", "Berlin", "elsewhere"), ("L6", (string?)null, "elsewhere") }));
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update fleet_agent set hosted = 1 where id = @id", new { id = agent.Id }), default);
        Assert.That((await Links.DoubtfulAsync(1, Now.AddHours(-1), default)).Where(l => l.AgentId == agent.Id).Select(l => l.Serial), Is.EqualTo(new[] { "L5" }), "the agent inside the server may meter what stands at no site");
        var name = await Links.PartAsync((await Fleet.GetAsync(agent.Id, default))!, "s-l5", "account:1", default);
        Assert.That(name, Is.EqualTo("Print 1 L5 (2)"));
        Assert.That((await DoubtfulAsync("L5")), Is.Empty);
        Assert.That(await Database.CountAsync("select count(*) from device d join device_poll k on k.device_id = d.id where d.name = @name and d.site = 'globex hq' and k.monitored = 0", new { name }), Is.EqualTo(1));
    }

    private static FleetRecord Told(string serial, long pages = 10, string? mac = null, string model = "Print 1", double ago = 20)
    {
        var record = TestAgent.Read(serial, pages, ago, Now);
        return record with { Inventory = record.Inventory! with { Identity = record.Inventory.Identity with { MacAddress = mac, Model = model } } };
    }

    private async Task TellAsync(TestAgent agent, long sequence, params FleetRecord[] records)
    {
        Assert.That(await SendAsync(agent, agent.Sealed(sequence, Now, [.. records])), Is.EqualTo(AckOutcome.Taken));
        await ApplyAsync();
    }

    private async Task<IEnumerable<DoubtfulLinkRow>> DoubtfulAsync(string serial) => (await Links.DoubtfulAsync(1, Now.AddHours(-1), default)).Where(l => l.Serial == serial);

    private Task<long> DevicesAsync(string serial) => Database.CountAsync("select count(distinct device_id) from fleet_device where serial = @serial", new { serial });
}
