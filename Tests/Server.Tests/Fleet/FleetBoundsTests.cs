using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Mail;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Fleet;

/// <summary>What one agent, or one stranger, may cost: rows, devices, mails, and other agents' time.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class FleetBoundsTests(Db db) : FleetFixture(db)
{
    private static readonly Mailbox s_from = Mailbox.TryParse("agent@example.test")!, s_to = Mailbox.TryParse("fleet@example.test")!;

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("copytrack-maildir-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Agent_that_is_enrolled_and_was_never_heard_of_is_not_called_good()
    {
        var agent = await AgentAsync();
        Assert.That(await StateAsync(agent), Is.EqualTo("unheard"));
        await SendAsync(agent, Refused(agent, 1));
        Assert.That(await StateAsync(agent), Is.EqualTo("unheard"), "what is refused is no news");
        Assert.That(await StateAsync(agent, 4), Is.EqualTo("stale"));
        await SendAsync(agent, agent.Sealed(2, Now));
        Assert.That(await StateAsync(agent), Is.EqualTo("good"));
    }

    [Test]
    public async Task Agent_whose_every_message_is_refused_becomes_stale()
    {
        var agent = await AgentAsync();
        await SendAsync(agent, agent.Sealed(1, Now));
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update fleet_agent set last_new_at = @then where id = @Id", new { agent.Id, then = Now.AddHours(-4) }), default);
        Assert.That(await SendAsync(agent, Refused(agent, 2)), Is.EqualTo(AckOutcome.Refused));
        Assert.That(await StateAsync(agent), Is.EqualTo("stale"));
        await new FleetTurns(Database).StaleAsync(Now.AddHours(-3), Now, default);
        Assert.That(await Database.CountAsync("select stale_told from fleet_agent where id = @Id", new { agent.Id }), Is.EqualTo(1));
    }

    [Test]
    public async Task Refusals_of_one_agent_get_so_many_rows_in_an_hour_and_the_others_are_counted()
    {
        var agent = await AgentAsync();
        for (var i = 1; i <= 30; i++)
        {
            Assert.That(await SendAsync(agent, Refused(agent, i)), Is.EqualTo(AckOutcome.Refused));
        }

        var row = (await Fleet.AgentsAsync(new FleetScope(1), default)).Single(a => a.Id == agent.Id);
        var told = (await Fleet.RefusalsAsync(1000, default)).Where(r => r.Agent == row.Name).ToList();
        Assert.That((told.Count, row.Refused, row.Unwritten), Is.EqualTo((21, 30L, 10L)), "20 and a line that there were more");
        Assert.That(told[0].Reason, Does.Contain("only counted"));
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update fleet_agent set refusal_hour = refusal_hour - 1 where id = @Id", new { agent.Id }), default);
        Assert.That(await Fleet.RefusedAsync(agent.Id, 31, null, "again", default), Is.True, "another hour");
        Assert.That(await Fleet.RefusedAsync(null, null, "192.0.2.3", "a stranger", default), Is.True);
    }

    [Test]
    public async Task Devices_beyond_an_agents_bound_are_refused_and_those_before_go_on()
    {
        var agent = await AgentAsync();
        await SendAsync(agent, agent.Sealed(1, Now, [.. Enumerable.Range(0, 5).Select(i => TestAgent.Read($"MX{i}", 10, 20, Now))]));
        await ApplyAsync(maxDevices: 3);
        Assert.That(await Database.CountAsync("select count(*) from fleet_device where agent_id = @Id", new { agent.Id }), Is.EqualTo(3));
        var row = (await Fleet.GetAsync(agent.Id, default))!;
        Assert.That((await Fleet.RefusalsAsync(100, default)).Count(r => r.Agent == row.Name && r.Reason.Contains("Fleet:MaxDevices", StringComparison.Ordinal)), Is.EqualTo(2));
        await SendAsync(agent, agent.Sealed(2, Now, [.. Enumerable.Range(0, 5).Select(i => TestAgent.Read($"MX{i}", 14, 10, Now))]));
        await ApplyAsync(maxDevices: 3);
        var pages = 0L;
        for (var i = 0; i < 5; i++)
        {
            pages += await PagesAsync($"MX{i}");
        }

        Assert.That(pages, Is.EqualTo(12));
    }

    [Test]
    public async Task Mails_of_others_go_on_while_one_agents_inbox_is_full()
    {
        var (full, other) = (await AgentAsync(), await AgentAsync("globex hq"));
        await Database.WriteAsync(
            (c, _) => c.ExecuteAsync("insert into fleet_message (agent_id, generation, sequence, first, received_at, correction_ms) values (@id, 1, @n, @n, 0, 0)", Enumerable.Range(100, FleetInbox.MaxWaiting).Select(n => new { id = full.Id, n })), default);
        Put("1.a", full, 5000);
        Put("2.b", other, 1);
        var time = new TimeLaterOn();
        using var watch = Watch(time);
        Assert.That(await watch.RoundAsync(_folder, default), Is.EqualTo(1));
        Assert.That((Names("new"), await Inbox.KeptThroughAsync(other.Id, 1, 1, default)), Is.EqualTo((new[] { "1.a" }, (long?)1)));
        await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from fleet_message where agent_id = @Id", new { full.Id }), default);
        Assert.That(await watch.RoundAsync(_folder, default), Is.Zero, "it is not tried again at once");
        time.By = TimeSpan.FromMinutes(2);
        Assert.That((await watch.RoundAsync(_folder, default), Names("new").Length), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Refused_mails_do_not_pile_up()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "new"));
        Directory.CreateDirectory(Path.Combine(_folder, "cur"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "cur", "0000.kept:2,S"), "somebody's own");
        for (var i = 0; i < MaildirWatch.MostRefused + 20; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, "new", FormattableString.Invariant($"{i:0000}.x")), "Subject: buy\r\n\r\nnow\r\n");
        }

        using var watch = Watch(TimeProvider.System);
        Assert.That(await watch.RoundAsync(_folder, default), Is.EqualTo(MaildirWatch.MostRefused + 20));
        var kept = Names("cur");
        Assert.That((kept.Length, kept[0], kept[1]), Is.EqualTo((MaildirWatch.MostRefused + 1, "0000.kept:2,S", "0020.x:2,F")));
    }

    private static byte[] Refused(TestAgent agent, long sequence) => new MessageEnvelope(agent.Name, sequence, sequence, Now, FleetPacking.Pack("<nonsense/>"u8)).Seal(agent.Key);

    private async Task<string> StateAsync(TestAgent agent, int hours = 0) => Freshness.Of((await Fleet.GetAsync(agent.Id, default))!, new FleetOptions(), DateTimeOffset.UtcNow.AddHours(hours));

    private string[] Names(string folder) => [.. Directory.EnumerateFiles(Path.Combine(_folder, folder)).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private void Put(string name, TestAgent agent, long sequence)
    {
        var mail = FleetMail.Write(s_from, s_to, agent.Name, sequence, agent.Sealed(sequence, 1, Now, []), Now);
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "new")).FullName, name), MimeWriter.Write(mail).ToArray());
    }

    private MaildirWatch Watch(TimeProvider time) => new(
        new MailIntake(Intake, Fleet, new StrangerThrottle(TimeProvider.System), NullLogger<MailIntake>.Instance), new FleetOptions { Maildir = _folder }, time, NullLogger<MaildirWatch>.Instance);

    private sealed class TimeLaterOn : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + By;
    }
}
