using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Tests.Data;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Fleet;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class FleetIngestTests(Db db) : FleetFixture(db)
{
    [Test]
    public async Task Message_is_in_the_ledger_once_however_often_it_comes()
    {
        var agent = await AgentAsync();
        var first = agent.Sealed(1, Now, TestAgent.Read("R1", 100, 10, Now));
        var second = agent.Sealed(2, Now, TestAgent.Read("R1", 107, 5, Now));
        Assert.That(await SendAsync(agent, first), Is.EqualTo(AckOutcome.Taken));
        Assert.That(await SendAsync(agent, first), Is.EqualTo(AckOutcome.Known), "before it is applied");
        await ApplyAsync();
        Assert.That(await SendAsync(agent, second), Is.EqualTo(AckOutcome.Taken));
        await ApplyAsync();
        var again = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => SendAsync(agent, i % 2 == 0 ? first : second)));
        await ApplyAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(again, Is.All.EqualTo(AckOutcome.Known));
            Assert.That(await ReadingsAsync("R1"), Is.EqualTo(2));
            Assert.That(await PagesAsync("R1"), Is.EqualTo(7));
            Assert.That(await Database.CountAsync("select count(*) from entry where cause = 24 and device_id in (select device_id from fleet_device where agent_id = @Id)", new { agent.Id }), Is.EqualTo(1), "nobody is to blame for copies where nobody can log in");
            Assert.That(await Database.CountAsync("select count(*) from fleet_message where agent_id = @Id", new { agent.Id }), Is.Zero);
        });
    }

    [Test]
    public async Task Message_that_was_applied_in_part_before_a_crash_counts_once()
    {
        var agent = await AgentAsync();
        await SendAsync(agent, agent.Sealed(1, Now, TestAgent.Read("C1", 10, 20, Now), TestAgent.Read("C2", 10, 20, Now)));
        await SendAsync(agent, agent.Sealed(2, Now, TestAgent.Read("C1", 15, 10, Now), TestAgent.Read("C2", 15, 10, Now)));
        var waiting = await Inbox.NextAsync(agent.Id, 10, default);
        await ApplyAsync();
        // As if the process had died after the ledger and before the message was forgotten.
        await Database.WriteAsync(
            async (c, _) =>
            {
                var row = waiting[1];
                await c.ExecuteAsync(Database.Sql["FleetMessage_Add"], new { agentId = agent.Id, generation = row.Generation, sequence = row.Sequence, first = row.First, now = row.ReceivedAt, correctionMs = row.CorrectionMs, body = row.Body });
                return await c.ExecuteAsync("update fleet_agent set applied_through = 1, due_at = 1 where id = @Id", new { agent.Id });
            },
            default);
        await ApplyAsync();
        Assert.Multiple(async () =>
        {
            foreach (var serial in new[] { "C1", "C2" })
            {
                Assert.That((await PagesAsync(serial), await ReadingsAsync(serial)), Is.EqualTo((5L, 2L)));
                Assert.That(await Database.CountAsync("select count(*) from reading where device_id in (select device_id from fleet_device where serial = @serial)", new { serial }), Is.EqualTo(2), "no evidence rows either");
            }

            Assert.That((await Fleet.GetAsync(agent.Id, default))!.AppliedThrough, Is.EqualTo(2));
        });
    }

    [Test]
    public async Task Messages_out_of_order_wait_for_those_before_and_gaps_are_seen()
    {
        var agent = await AgentAsync();
        var messages = Enumerable.Range(1, 5).Select(i => agent.Sealed(i, 1, Now, [TestAgent.Read("O1", 100 + i, 30 - i, Now)])).ToArray();
        await SendAsync(agent, messages[2]);
        await SendAsync(agent, messages[1]);
        await ApplyAsync();
        Assert.That(await Database.CountAsync("select count(*) from fleet_device where agent_id = @Id", new { agent.Id }), Is.Zero, "number 1 may still come");
        await SendAsync(agent, messages[0]);
        await ApplyAsync();
        Assert.That((await ReadingsAsync("O1"), await PagesAsync("O1")), Is.EqualTo((3L, 2L)));

        // 4 never comes, and the agent says that it holds nothing below 5 any more.
        await SendAsync(agent, agent.Sealed(5, 5, Now, [TestAgent.Read("O1", 105, 25, Now)]));
        await ApplyAsync();
        Assert.That((await Fleet.AgentsAsync(new FleetScope(1), default)).Single(a => a.Id == agent.Id).Missing, Is.EqualTo(1));
        Assert.That(await PagesAsync("O1"), Is.EqualTo(4), "counters lose nothing by a gap");

        // It comes after all: evidence, and the gap is closed.
        Assert.That(await SendAsync(agent, messages[3]), Is.EqualTo(AckOutcome.Taken));
        await ApplyAsync();
        Assert.That((await Fleet.AgentsAsync(new FleetScope(1), default)).Single(a => a.Id == agent.Id).Missing, Is.Zero);
        Assert.That((await PagesAsync("O1"), await SendAsync(agent, messages[3])), Is.EqualTo((4L, (AckOutcome?)AckOutcome.Known)));
    }

    [Test]
    public async Task Forged_and_foreign_messages_are_nobodys()
    {
        var (agent, other) = (await AgentAsync(), await AgentAsync("globex hq"));
        var good = agent.Sealed(1, Now, TestAgent.Read("F1", 1, 1, Now));
        var forged = (byte[])good.Clone();
        forged[^1] ^= 1;
        var foreign = new TestAgent(agent.Id, other.Key).Sealed(1, Now, TestAgent.Read("F1", 1, 1, Now));
        Assert.Multiple(async () =>
        {
            Assert.That(await SendAsync(agent, forged), Is.Null, "changed");
            Assert.That(await SendAsync(agent, good[..^1]), Is.Null, "cut short");
            Assert.That(await SendAsync(agent, foreign), Is.Null, "another agent's key");
            Assert.That(await SendAsync(agent, Encoding.ASCII.GetBytes("hello")), Is.Null, "a stranger");
            Assert.That(await SendAsync(agent, new TestAgent(4711, other.Key).Sealed(1, Now)), Is.Null, "nobody");
        });
        await Fleet.RevokeAsync((await Fleet.GetAsync(agent.Id, default))!, "test", default);
        Assert.That(await SendAsync(agent, good), Is.Null, "revoked");
        Assert.That(await Database.CountAsync("select count(*) from fleet_message where agent_id = @Id", new { agent.Id }), Is.Zero);
    }

    [Test]
    public async Task Message_that_can_not_be_read_is_refused_once_and_fills_its_place()
    {
        var agent = await AgentAsync();
        var bomb = new MessageEnvelope(agent.Name, 1, 1, Now, FleetPacking.Pack(new byte[32 * 1024 * 1024])).Seal(agent.Key);
        var entities = new MessageEnvelope(agent.Name, 2, 2, Now, FleetPacking.Pack("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"u8)).Seal(agent.Key);
        var mixed = new MessageEnvelope(agent.Name, 3, 3, Now, FleetPacking.Pack(FleetMessageWriter.Write(new FleetMessage { Agent = agent.Name, Sequence = 9, Created = Now, Program = "1" }))).Seal(agent.Key);
        Assert.That(new[] { await SendAsync(agent, bomb), await SendAsync(agent, entities), await SendAsync(agent, mixed), await SendAsync(agent, bomb) },
            Is.EqualTo(new AckOutcome?[] { AckOutcome.Refused, AckOutcome.Refused, AckOutcome.Refused, AckOutcome.Known }));
        await SendAsync(agent, agent.Sealed(4, 4, Now, [TestAgent.Read("B1", 1, 1, Now)]));
        await ApplyAsync();
        var row = (await Fleet.AgentsAsync(new FleetScope(1), default)).Single(a => a.Id == agent.Id);
        Assert.That((row.AppliedThrough, row.Missing, row.Refused), Is.EqualTo((4L, 0L, 3L)));
        Assert.That((await Fleet.RefusalsAsync(100, default)).Count(r => r.Agent == row.Name), Is.EqualTo(3), "the administrator sees each");
    }

    [Test]
    public async Task Clock_that_is_years_off_is_put_right()
    {
        var agent = await AgentAsync();
        foreach (var (sequence, off) in new[] { (1, -10_000), (2, 10_000) })
        {
            var clock = Now.AddDays(off);
            await SendAsync(agent, agent.Sealed(sequence, clock, TestAgent.Read("T1", sequence * 10, 20 - (sequence * 5), clock)));
        }

        await ApplyAsync();
        Assert.That((await ReadingsAsync("T1"), await PagesAsync("T1")), Is.EqualTo((2L, 10L)));
        var last = await Database.CountAsync("select max(at) from reading where device_id in (select device_id from fleet_device where serial = 'T1')");
        Assert.That(DateTimeOffset.FromUnixTimeMilliseconds(last / 1000), Is.EqualTo(DateTimeOffset.UtcNow.AddMinutes(-10)).Within(TimeSpan.FromMinutes(2)));
    }

    [Test]
    public async Task Mail_that_lay_for_hours_says_nothing_about_the_agents_clock()
    {
        var agent = await AgentAsync();
        var sent = Now.AddHours(-7);
        await SendAsync(agent, agent.Sealed(1, sent, TestAgent.Read("M1", 10, 5, sent)), byMail: true);
        await ApplyAsync();
        var at = await Database.CountAsync("select max(at) from reading where device_id in (select device_id from fleet_device where serial = 'M1')");
        Assert.That(DateTimeOffset.FromUnixTimeMilliseconds(at / 1000), Is.EqualTo(sent.AddMinutes(-5)));
        var off = Now.AddDays(-4000);
        await SendAsync(agent, agent.Sealed(2, off, TestAgent.Read("M1", 20, 5, off)), byMail: true);
        await ApplyAsync();
        at = await Database.CountAsync("select max(at) from reading where device_id in (select device_id from fleet_device where serial = 'M1')");
        Assert.That(DateTimeOffset.FromUnixTimeMilliseconds(at / 1000), Is.EqualTo(DateTimeOffset.UtcNow.AddMinutes(-5)).Within(TimeSpan.FromMinutes(2)), "no mail lies for years: the clock is wrong");
    }

    [Test]
    public async Task Word_about_what_is_kept_ends_before_the_first_number_that_is_not()
    {
        var agent = await AgentAsync();
        Assert.That(await Inbox.KeptThroughAsync(4711, 1, 1, default), Is.Null);
        Assert.That(await Inbox.KeptThroughAsync(agent.Id, 1, 1, default), Is.Zero);
        foreach (var sequence in new[] { 1, 2, 4 })
        {
            await SendAsync(agent, agent.Sealed(sequence, 1, Now, [TestAgent.Read("K1", sequence, 60 - sequence, Now)]));
        }

        Assert.That(await Inbox.KeptThroughAsync(agent.Id, 1, 1, default), Is.EqualTo(2), "before they are applied");
        await ApplyAsync();
        Assert.That(await Inbox.KeptThroughAsync(agent.Id, 1, 1, default), Is.EqualTo(2), "while 4 waits for 3");
        await SendAsync(agent, agent.Sealed(6, 6, Now, [TestAgent.Read("K1", 6, 50, Now)]));
        await ApplyAsync(new TimeLater(TimeSpan.FromHours(1)));
        Assert.That(await Inbox.KeptThroughAsync(agent.Id, 1, 1, default), Is.EqualTo(2), "3 never came");
        Assert.That(await Inbox.KeptThroughAsync(agent.Id, 1, 4, default), Is.EqualTo(4), "what the agent does not hold any more can't come");
        Assert.That(await Inbox.KeptThroughAsync(agent.Id, 1, 6, default), Is.EqualTo(6));
        Assert.That(await Inbox.CarriedAsync(4711, 1, Now, default), Is.Null);
        var carried = (await Inbox.CarriedAsync(agent.Id, 1, Now, default))!;
        Assert.That((carried.From, carried.Through, string.Join(' ', carried.Missing)), Is.EqualTo((1L, 6L, "(3, 3) (5, 5)")), "the same for a file, which names the gaps");
        Assert.That((carried.Covers([1, 2, 3, 4, 5, 6, 7]), carried.Covers([4, 5, 6]), carried.Covers([6, 7])), Is.EqualTo(((long?)2, (long?)4, (long?)6)));
    }

    [Test]
    public async Task Levels_of_supplies_are_kept_by_day_and_tell_when_they_run_out()
    {
        var agent = await AgentAsync();
        var sequence = 0;
        foreach (var (day, percent) in new[] { (9, 90), (8, 90), (7, 88), (5, 84), (3, 80), (1, 76) })
        {
            var record = TestAgent.Read("SL1", 100 + sequence, day * 1440.0, Now);
            record = record with { Inventory = record.Inventory! with { Supplies = [new Supply("1.1", "Toner", "toner", "black", null, "exact", null, null, percent), new Supply("1.2", "Waste", "wasteToner", null, null, "unknown", null, null, null)] } };
            await SendAsync(agent, agent.Sealed(++sequence, Now, record));
        }

        await ApplyAsync();
        var device = await Database.CountAsync("select device_id from fleet_device where serial = 'SL1'");
        var inventories = new InventoryRepository(Database, Ids);
        var today = SupplyForecasts.DayOf(Now);
        Assert.That((await inventories.LevelsAsync([device], "supply", today - 30, default)).Select(l => (l.Supply, l.Percent)),
            Is.EqualTo(new[] { ("1.1", 90L), ("1.1", 90L), ("1.1", 88L), ("1.1", 84L), ("1.1", 80L), ("1.1", 76L) }));
        var ends = await new SupplyForecasts(inventories).OfAsync([device], today, default);
        Assert.That(ends.Keys, Is.EqualTo(new[] { (device, "1.1") }));
        Assert.That(ends[(device, "1.1")].RunsOutAt(today), Is.EqualTo(Now.AddDays(38)).Within(TimeSpan.FromDays(6)));
        await inventories.PurgeLevelsAsync(today - 4, default);
        Assert.That(await inventories.LevelsAsync([device], "supply", today - 30, default), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Device_is_one_device_within_a_customer_and_never_across_customers()
    {
        var (north, south, globex) = (await AgentAsync(), await AgentAsync("acme south"), await AgentAsync("globex hq"));
        await SendAsync(north, north.Sealed(1, Now, TestAgent.Read("D1", 100, 30, Now)));
        await ApplyAsync();
        await SendAsync(south, south.Sealed(1, Now, TestAgent.Read("D1", 110, 20, Now)));
        await SendAsync(globex, globex.Sealed(1, Now, TestAgent.Read("D1", 5, 20, Now)));
        await ApplyAsync();
        await SendAsync(north, north.Sealed(2, Now, TestAgent.Read("D1", 112, 10, Now)));
        await ApplyAsync();
        Assert.That(await Database.CountAsync("select count(distinct device_id) from fleet_device where serial = 'D1'"), Is.EqualTo(2));
        var acme = await Database.CountAsync("select device_id from fleet_device where serial = 'D1' and agent_id = @Id", new { north.Id });
        Assert.That(await Database.CountAsync("select cast(sum(delta) as bigint) from entry where device_id = @acme", new { acme }), Is.EqualTo(12), "two agents that read one device count its pages once");
        Assert.That(await Database.CountAsync("select count(*) from reading where device_id = @acme and status = 1", new { acme }), Is.EqualTo(1), "the second one's reading is evidence");
    }

    [Test]
    public async Task Agents_that_meet_a_new_device_at_once_make_it_once()
    {
        var agents = new[] { await AgentAsync(), await AgentAsync("acme south"), await AgentAsync(), await AgentAsync("acme south") };
        var globex = await AgentAsync("globex hq");
        // Four agents of a customer, each on a node of its own, and one of another customer whose device would get the same name.
        for (var round = 1; round <= 8; round++)
        {
            var serial = $"AT{round}";
            var rows = await Task.WhenAll(agents.Append(globex).Select(a => Fleet.GetAsync(a.Id, default)));
            var links = await Task.WhenAll(rows.Select(row => Task.Run(() => Devices.LinkAsync(row!, new NewFleetDevice("k-" + serial, serial, "Print 1", null, null), 5000, default))));
            Assert.That(links[..4].Select(l => l!.DeviceId).Distinct().Count(), Is.EqualTo(1), serial);
            Assert.That(links[4]!.DeviceId, Is.Not.EqualTo(links[0]!.DeviceId), "never across customers");
            Assert.That(await Database.CountAsync("select count(*) from device where name like '%' || @serial || '%'", new { serial }), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Device_that_the_server_reads_itself_gets_no_second_ledger()
    {
        var agent = await AgentAsync();
        var own = await Database.AddDeviceAsync(Ids);
        await Database.WriteAsync(
            async (c, _) =>
            {
                await c.ExecuteAsync("insert into device_inventory (device_id, read_at, report) values (@own, 1, '{\"identity\":{\"serial\":\"W1\"}}')", new { own });
                await c.ExecuteAsync("update device set site = 'acme north' where id = @own", new { own });
                return await c.ExecuteAsync("update device_poll set claim_token = 3 where device_id = @own", new { own });
            },
            default);
        await SendAsync(agent, agent.Sealed(1, Now, TestAgent.Read("W1", 100, 30, Now)));
        await SendAsync(agent, agent.Sealed(2, Now, TestAgent.Read("W1", 150, 20, Now)));
        await ApplyAsync();
        Assert.That(await Database.CountAsync("select device_id from fleet_device where serial = 'W1'"), Is.EqualTo(own));
        Assert.That(await PagesAsync("W1"), Is.Zero, "what the server did not read itself is evidence");
    }

    [Test]
    public async Task Two_nodes_that_apply_at_once_count_nothing_twice()
    {
        var agents = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AgentAsync("globex hq")));
        foreach (var (agent, n) in agents.Select((a, n) => (a, n)))
        {
            for (var i = 1; i <= 6; i++)
            {
                await SendAsync(agent, agent.Sealed(i, Now, [.. Enumerable.Range(0, 5).Select(d => TestAgent.Read($"N{n}X{d}", 100 + i, 60 - i, Now))]));
            }
        }

        using var one = Applier(node: "n1");
        using var two = Applier(node: "n2");
        await Task.WhenAll(RunAsync(one), RunAsync(two));
        await ApplyAsync();
        Assert.That(await Database.CountAsync("select count(*) from fleet_message m join fleet_agent a on a.id = m.agent_id join fleet_node n on n.id = a.node_id where n.name = 'globex hq'"), Is.Zero);
        for (var n = 0; n < agents.Length; n++)
        {
            Assert.That((await PagesAsync($"N{n}X3"), await ReadingsAsync($"N{n}X3")), Is.EqualTo((5L, 6L)));
        }

        static async Task RunAsync(MessageApplier applier)
        {
            for (var i = 0; i < 40; i++)
            {
                await applier.RoundAsync(default);
            }
        }
    }

    [Test]
    public async Task Flood_of_one_agent_is_held_back_and_nothing_is_lost()
    {
        var agent = await AgentAsync();
        await Database.WriteAsync(
            (c, _) => c.ExecuteAsync("insert into fleet_message (agent_id, generation, sequence, first, received_at, correction_ms) values (@id, 1, @n, @n, 0, 0)", Enumerable.Range(2, FleetInbox.MaxWaiting).Select(n => new { id = agent.Id, n })), default);
        var answer = await Intake.TakeAsync(agent.Sealed(5000, 1, Now, []), null, false, default);
        Assert.That(answer, Is.TypeOf<IntakeAnswer.Later>());
    }

    [Test]
    public async Task Code_enrols_one_key_once_and_a_new_key_begins_its_numbers_anew()
    {
        var hash = System.Security.Cryptography.RandomNumberGenerator.GetBytes(32);
        await Fleet.PutCodeAsync(1, "coded", "acme north", hash, DateTimeOffset.UtcNow.AddDays(1), "test", false, default);
        using var key = FleetKeys.Create();
        using var thief = FleetKeys.Create();
        var first = await Fleet.EnrolAsync(hash, key.ExportSubjectPublicKeyInfo(), default);
        var repeated = await Fleet.EnrolAsync(hash, key.ExportSubjectPublicKeyInfo(), default);
        Assert.Multiple(async () =>
        {
            Assert.That(repeated?.Id, Is.EqualTo(first!.Id), "the answer was lost on its way");
            Assert.That(await Fleet.EnrolAsync(hash, thief.ExportSubjectPublicKeyInfo(), default), Is.Null, "used");
            Assert.That(await Fleet.EnrolAsync(new byte[32], key.ExportSubjectPublicKeyInfo(), default), Is.Null, "wrong");
            Assert.That((await Fleet.PutNodeAsync(1, "attic", "site", "dealer", "test", default)).Fault, Does.Contain("customer"));
        });
        var agent = new TestAgent(first!.Id, key);
        await SendAsync(agent, agent.Sealed(1, Now));
        await ApplyAsync();
        var second = System.Security.Cryptography.RandomNumberGenerator.GetBytes(32);
        await Fleet.PutCodeAsync(1, "coded", "acme north", second, DateTimeOffset.UtcNow.AddDays(1), "test", false, default);
        Assert.That(await Fleet.EnrolAsync(second, thief.ExportSubjectPublicKeyInfo(), default), Is.Not.Null);
        Intake.Forget(first.Id);
        Assert.That(await SendAsync(agent, agent.Sealed(2, Now)), Is.Null, "the old key is dead");
        Assert.That(await SendAsync(agent, new TestAgent(first.Id, thief).Sealed(1, Now)), Is.EqualTo(AckOutcome.Taken));
    }
}

/// <summary>A clock that is ahead.</summary>
internal sealed class TimeLater(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
}
