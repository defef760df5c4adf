using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Tests.Data;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Fleet;

/// <summary>What an agent's keys are worth: before and after it is revoked, enrols anew, or claims what is not its own.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class FleetKeyTests(Db db) : FleetFixture(db)
{
    [Test]
    public async Task Revoked_key_stays_dead_when_a_new_code_is_made()
    {
        var agent = await AgentAsync();
        Assert.That(await SendAsync(agent, agent.Sealed(1, Now)), Is.EqualTo(AckOutcome.Taken));
        Assert.That(await Fleet.RevokeAsync(await RowAsync(agent), "test", default), Is.True);
        var code = await CodeAsync(agent);
        Intake.Forget(agent.Id);
        Assert.That(await SendAsync(agent, agent.Sealed(2, Now)), Is.Null, "the thief's key was revoked, and a code for the owner does not bring it back");
        var row = await RowAsync(agent);
        Assert.That((row.PublicKey, row.RevokedAt is null), Is.EqualTo(((byte[]?)null, false)), "revoked until somebody enrols with the code");
        using var fresh = FleetKeys.Create();
        Assert.That(await EnrolAsync(code, fresh), Is.True);
        Intake.Forget(agent.Id);
        Assert.That((await SendAsync(agent, agent.Sealed(2, Now)), await SendAsync(agent, new TestAgent(agent.Id, fresh).Sealed(1, Now))), Is.EqualTo(((AckOutcome?)null, (AckOutcome?)AckOutcome.Taken)));
        Assert.That((await RowAsync(agent)).RevokedAt, Is.Null);
    }

    [Test]
    public async Task Code_that_was_made_before_the_agent_was_revoked_is_dead_too()
    {
        var agent = await AgentAsync();
        var code = await CodeAsync(agent);
        await Fleet.RevokeAsync(await RowAsync(agent), "test", default);
        using var fresh = FleetKeys.Create();
        Assert.That((await EnrolAsync(code, fresh), await EnrolAsync(code, agent.Key)), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task Agent_that_was_revoked_by_mistake_goes_on_with_its_numbers_under_its_key()
    {
        var agent = await AgentAsync();
        await SendAsync(agent, agent.Sealed(1, Now, TestAgent.Read("RM1", 10, 20, Now)));
        await ApplyAsync();
        await Fleet.RevokeAsync(await RowAsync(agent), "test", default);
        Assert.That(await EnrolAsync(await CodeAsync(agent), agent.Key), Is.True);
        Intake.Forget(agent.Id);
        Assert.That(await SendAsync(agent, agent.Sealed(2, Now, TestAgent.Read("RM1", 14, 10, Now))), Is.EqualTo(AckOutcome.Taken));
        await ApplyAsync();
        Assert.That((await PagesAsync("RM1"), (await Fleet.AgentsAsync(new FleetScope(1), default)).Single(a => a.Id == agent.Id).Missing), Is.EqualTo((4L, 0L)));
    }

    [Test]
    public async Task What_was_acknowledged_is_applied_although_the_agent_enrolled_anew_before()
    {
        var agent = await AgentAsync();
        await SendAsync(agent, agent.Sealed(1, Now, TestAgent.Read("RE1", 100, 40, Now)));
        // Number 2 is on its way still, so that 3 waits for it.
        Assert.That(await SendAsync(agent, agent.Sealed(3, 1, Now, [TestAgent.Read("RE1", 130, 20, Now)])), Is.EqualTo(AckOutcome.Taken));
        await ApplyAsync();
        Assert.That(await PagesAsync("RE1"), Is.Zero);
        using var fresh = FleetKeys.Create();
        Assert.That(await EnrolAsync(await CodeAsync(agent), fresh), Is.True);
        Intake.Forget(agent.Id);
        var again = new TestAgent(agent.Id, fresh);
        Assert.That(await SendAsync(again, again.Sealed(1, Now, TestAgent.Read("RE1", 150, 10, Now))), Is.EqualTo(AckOutcome.Taken));
        await ApplyAsync();
        Assert.Multiple(async () =>
        {
            Assert.That((await PagesAsync("RE1"), await ReadingsAsync("RE1")), Is.EqualTo((50L, 3L)), "100, 130, 150: the one that had waited too");
            Assert.That(await Database.CountAsync("select count(*) from fleet_message where agent_id = @Id", new { agent.Id }), Is.Zero);
            Assert.That((await RowAsync(agent)).AppliedThrough, Is.EqualTo(1), "numbers of the old key say nothing about those of the new one");
            Assert.That((await Fleet.AgentsAsync(new FleetScope(1), default)).Single(a => a.Id == agent.Id).Missing, Is.Zero);
            Assert.That(await Inbox.KeptThroughAsync(agent.Id, 1, 1, default), Is.Null, "nothing is said about numbers of a key that is gone");
        });
    }

    [Test]
    public async Task Reading_under_a_new_key_counts_although_its_number_is_that_of_the_last_one()
    {
        var agent = await AgentAsync();
        await SendAsync(agent, agent.Sealed(1, Now, TestAgent.Read("EQ1", 100, 30, Now)));
        await ApplyAsync();
        using var fresh = FleetKeys.Create();
        await EnrolAsync(await CodeAsync(agent), fresh);
        Intake.Forget(agent.Id);
        var again = new TestAgent(agent.Id, fresh);
        await SendAsync(again, again.Sealed(1, Now, TestAgent.Read("EQ1", 109, 20, Now)));
        await ApplyAsync();
        Assert.That((await PagesAsync("EQ1"), await ReadingsAsync("EQ1")), Is.EqualTo((9L, 2L)));
    }

    [Test]
    public async Task Message_that_a_node_proved_by_a_key_of_yesterday_is_nobodys()
    {
        var agent = await AgentAsync();
        // This node remembers the key.
        await SendAsync(agent, agent.Sealed(1, Now));
        using var fresh = FleetKeys.Create();
        await EnrolAsync(await CodeAsync(agent), fresh);
        Assert.That(await SendAsync(agent, agent.Sealed(2, Now)), Is.Null);
        Assert.That(await SendAsync(agent, new TestAgent(agent.Id, fresh).Sealed(1, Now)), Is.EqualTo(AckOutcome.Taken));
    }

    [Test]
    public async Task One_code_enrols_one_key_however_many_come_at_once()
    {
        var agent = await AgentAsync();
        var code = await CodeAsync(agent);
        var keys = Enumerable.Range(0, 8).Select(_ => FleetKeys.Create()).ToArray();
        var enrolled = await Task.WhenAll(keys.Select(k => Task.Run(() => EnrolAsync(code, k))));
        Assert.That(enrolled.Count(e => e), Is.EqualTo(1));
        Assert.That((await RowAsync(agent)).PublicKey, Is.EqualTo(keys[Array.IndexOf(enrolled, true)].ExportSubjectPublicKeyInfo()));
        Array.ForEach(keys, k => k.Dispose());
    }

    [Test]
    public async Task Serial_number_of_an_own_device_without_a_site_gets_no_customers_agent_its_data()
    {
        var own = await OwnAsync("NS1", null);
        var stranger = await AgentAsync("globex hq");
        await SendAsync(stranger, stranger.Sealed(1, Now, TestAgent.Read("NS1", 100, 30, Now)));
        await ApplyAsync();
        Assert.That(await Database.CountAsync("select count(*) from fleet_device where device_id = @own", new { own }), Is.Zero);
        Assert.That((await Devices.ListAsync(FleetScope.Parts(1, ValueSet<string>.None, ValueSet<long>.Of([(await Fleet.NodeIdAsync(1, "customer", "globex", default))!.Value])), FleetQuestion.All, FleetPlace.Start, 100, default)).Select(d => d.DeviceId), Does.Not.Contain(own));

        // The agent inside the server reads the same office.
        var hash = RandomNumberGenerator.GetBytes(32);
        var (id, _) = await Fleet.PutCodeAsync(1, "local", "acme north", hash, DateTimeOffset.UtcNow.AddDays(1), "localAgent", true, default);
        using var key = FleetKeys.Create();
        await EnrolAsync(hash, key);
        var hosted = new TestAgent(id!.Value, key);
        await SendAsync(hosted, hosted.Sealed(1, Now, TestAgent.Read("NS1", 100, 30, Now)));
        await ApplyAsync();
        Assert.That(await Database.CountAsync("select device_id from fleet_device where agent_id = @id", new { id = hosted.Id }), Is.EqualTo(own));
    }

    [Test]
    public async Task Own_device_of_another_site_is_not_linked_and_that_of_the_same_site_is()
    {
        var (south, north) = (await OwnAsync("OS1", "acme south"), await OwnAsync("OS2", "acme north"));
        var agent = await AgentAsync();
        await SendAsync(agent, agent.Sealed(1, Now, TestAgent.Read("OS1", 1, 30, Now), TestAgent.Read("OS2", 1, 30, Now)));
        await ApplyAsync();
        Assert.That((await Database.CountAsync("select count(*) from fleet_device where device_id = @south", new { south }), await Database.CountAsync("select count(*) from fleet_device where device_id = @north", new { north })),
            Is.EqualTo((0L, 1L)));
    }

    private async Task<long> OwnAsync(string serial, string? site)
    {
        var own = await Database.AddDeviceAsync(Ids);
        await Database.WriteAsync(
            async (c, _) =>
            {
                await c.ExecuteAsync("update device set site = @site where id = @own", new { own, site });
                return await c.ExecuteAsync("insert into device_inventory (device_id, read_at, report) values (@own, 1, @report)", new { own, report = $"{{\"identity\":{{\"serial\":\"{serial}\"}}}}" });
            },
            default);
        return own;
    }

    private async Task<FleetAgentRow> RowAsync(TestAgent agent) => (await Fleet.GetAsync(agent.Id, default))!;

    private async Task<byte[]> CodeAsync(TestAgent agent)
    {
        var hash = RandomNumberGenerator.GetBytes(32);
        var row = await RowAsync(agent);
        Assert.That((await Fleet.PutCodeAsync(1, row.Name, row.Site, hash, DateTimeOffset.UtcNow.AddDays(1), "test", false, default)).Fault, Is.Null);
        return hash;
    }

    private async Task<bool> EnrolAsync(byte[] code, ECDsa key) => await Fleet.EnrolAsync(code, key.ExportSubjectPublicKeyInfo(), default) is not null;
}
