using System.Net;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Tests.Data;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Fleet;

/// <summary>The agents' addresses when strangers come to them too, behind the same proxy or mail server as the agents.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class FleetDoorTests(Db db) : FleetFixture(db)
{
    private const string Proxy = "192.0.2.7";

    private FleetKey _key = null!;

    [OneTimeSetUp]
    public void Key() => _key = new FleetKey(Database, new PlainSealer(), TimeProvider.System);

    [OneTimeTearDown]
    public void Dispose() => _key.Dispose();

    [Test]
    public async Task Signed_message_passes_although_a_stranger_behind_the_same_proxy_is_held_back()
    {
        var agent = await AgentAsync();
        var door = Door();
        for (var i = 0; i < 70; i++)
        {
            Assert.That(await PostAsync(door, "noise"u8.ToArray()), Is.EqualTo(403));
        }

        Assert.That(await PostAsync(door, [], enrolment: true), Is.EqualTo(429), "who has no key yet waits");
        var good = agent.Sealed(1, Now, TestAgent.Read("DO1", 1, 1, Now));
        var forged = (byte[])good.Clone();
        forged[^1] ^= 1;
        Assert.That((await PostAsync(door, forged), await PostAsync(door, good)), Is.EqualTo((403, 200)));
        Assert.That(await Inbox.KeptThroughAsync(agent.Id, 1, 1, default), Is.EqualTo(1));
    }

    [Test]
    public async Task Flood_in_the_name_of_agents_costs_only_so_many_signatures_in_a_second()
    {
        var time = new StandingTime();
        var agents = new[] { await AgentAsync(), await AgentAsync() };
        var door = Door(time);
        await HoldAsync(door);
        var forged = new TestAgent(agents[0].Id, agents[1].Key).Sealed(1, Now);
        Assert.That(await PostAsync(door, agents[0].Sealed(1, Now)), Is.EqualTo(200), "known to this node from now on");
        var answers = new List<int>();
        for (var i = 0; i < 30; i++)
        {
            answers.Add(await PostAsync(door, forged));
        }

        Assert.That((answers.Count(a => a == 403), answers.Count(a => a == 429)), Is.EqualTo((19, 11)));
        Assert.That(await PostAsync(door, agents[0].Sealed(2, Now)), Is.EqualTo(429), "whose name is forged waits for the next second");
        Assert.That(await PostAsync(door, agents[1].Sealed(1, Now)), Is.EqualTo(200), "and nobody else");
        time.Now += TimeSpan.FromSeconds(1);
        Assert.That(await PostAsync(door, agents[0].Sealed(2, Now)), Is.EqualTo(200));
    }

    [Test]
    public async Task Names_that_nobody_knows_ask_the_database_only_so_often_in_a_second()
    {
        var door = Door(new StandingTime());
        await HoldAsync(door);
        var agent = await AgentAsync();
        var answers = new List<int>();
        for (var i = 0; i < 60; i++)
        {
            answers.Add(await PostAsync(door, new TestAgent(5_000_000 + i, agent.Key).Sealed(1, Now)));
        }

        Assert.That((answers.Count(a => a == 403), answers.Count(a => a == 429)), Is.EqualTo((50, 10)));
    }

    [TestCase("none", "a mail without a message of an agent")]
    [TestCase("broken", "a mail that can't be read")]
    [TestCase("long", "a mail that is too long")]
    public async Task Pipe_tells_of_a_mail_that_is_none_of_an_agents(string word, string reason)
    {
        var door = Door();
        var before = await CountAsync(reason);
        for (var i = 0; i < 10; i++)
        {
            Assert.That(await PostAsync(door, [], mail: word), Is.EqualTo(403));
        }

        Assert.That(await CountAsync(reason) - before, Is.EqualTo(3), "the administrator sees the first ones of a minute");
        Assert.That((await Fleet.RefusalsAsync(1, default))[0].Address, Is.EqualTo("mail"));
    }

    [Test]
    public void Strangers_from_ever_new_addresses_get_only_so_many_rows_in_an_hour()
    {
        var throttle = new StrangerThrottle(new StandingTime());
        var told = Enumerable.Range(0, 2000).Count(i => throttle.Count(new IPAddress(0x0100007F + ((long)i << 8))));
        Assert.That(told, Is.EqualTo(300));
    }

    private Task<long> CountAsync(string reason) => Database.CountAsync("select count(*) from fleet_refusal where reason = @reason", new { reason });

    private FleetEndpoints Door(TimeProvider? time = null) =>
        new(Intake, Inbox, Fleet, _key, null!, new StrangerThrottle(time ?? TimeProvider.System), NullLogger<FleetEndpoints>.Instance);

    private static async Task HoldAsync(FleetEndpoints door)
    {
        for (var i = 0; i < 60; i++)
        {
            await PostAsync(door, "noise"u8.ToArray());
        }
    }

    private static async Task<int> PostAsync(FleetEndpoints door, byte[] body, bool enrolment = false, string? mail = null)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(Proxy);
        context.Request.Body = new MemoryStream(body);
        context.Response.Body = new MemoryStream();
        if (mail is not null)
        {
            context.Request.Headers[FleetEndpoints.MailHeader] = mail;
        }

        await (enrolment ? door.EnrolAsync(context) : door.MessageAsync(context));
        return context.Response.StatusCode;
    }

    /// <summary>A clock that stands until it is moved.</summary>
    private sealed class StandingTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
