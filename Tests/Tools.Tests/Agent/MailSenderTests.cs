using System.Diagnostics;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent;
using CopyTrack.Agent.Sending;
using CopyTrack.TestKit.Mail;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>Messages by mail, through a real mail server: no more of them than the disk takes notes of, and none that waits for one that can't go.</summary>
public sealed class MailSenderTests
{
    private PrivateExim _mail = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _mail = await PrivateExim.StartAsync();

    [OneTimeTearDown]
    public async Task EndAsync() => await _mail.DisposeAsync();

    [Test]
    public async Task Full_disk_has_no_mail_repeated_at_each_start()
    {
        using var agent = Agent(repeatSeconds: 600);
        var before = _mail.Log.Length;
        agent.Maker.Keep([agent.Record("s-1")]);
        agent.Maker.Keep([agent.Record("s-1")]);
        var full = Directory.CreateDirectory(Path.Combine(agent.Folder.Path, "mailed.json.new"));
        for (var start = 0; start < 3; start++)
        {
            await RunAsync(agent, s => s.Fault is not null);
            agent.Restart();
        }

        Assert.That(_mail.Log[before..], Does.Not.Contain(" => "), "nothing goes that can't be noted");
        full.Delete();
        await RunAsync(agent, s => s.Times(1) == 1 && s.Times(2) == 1);
        agent.Restart();
        // What was mailed is known after a restart.
        await RunAsync(agent, s => s.Times(2) == 1);
        Assert.That(await MailsAsync(2), Is.EqualTo(new[] { 1L, 2 }));
    }

    [Test]
    public async Task Message_that_nobody_takes_waits_for_no_other_and_goes_aside()
    {
        using var agent = Agent(repeatSeconds: 1);
        agent.Maker.Keep([agent.Record("s-1")]);
        agent.Queue.Append(_ => new byte[MessageEnvelope.MaxPacked + 1], null, out _);
        agent.Maker.Keep([agent.Record("s-1")]);
        await RunAsync(agent, _ => agent.Queue.Count == 0);
        Assert.That(await MailsAsync(4), Is.EqualTo(new[] { 1L, 1, 3, 3 }), "each twice: nobody acknowledges");
        Assert.That(new[] { 1L, 2, 3 }.Select(n => agent.Ends.Of(n)?.Standing), Is.EqualTo(new MessageStanding?[] { MessageStanding.GivenUp, MessageStanding.SetAside, MessageStanding.GivenUp }));
        Assert.That(agent.Ends.Of(3)!.Reason, Is.EqualTo("2"), "how often it was mailed");
    }

    private AgentBench Agent(int repeatSeconds) => new(s => s with
    {
        Mail = new AgentMail { Host = "127.0.0.1", Port = _mail.PlainPort, Security = "none", From = "agent@site.example", To = "fleet@box.test", Acknowledge = false, RepeatSeconds = repeatSeconds, Repeats = 1 },
    });

    private async Task<long[]> MailsAsync(int count)
    {
        var numbers = new List<long>();
        while (numbers.Count < count)
        {
            numbers.Add(MessageEnvelope.Read(FleetMail.Envelopes(await _mail.TakeAsync()).Single(), out _).Sequence);
        }

        await Task.Delay(300);
        Assert.That(Directory.GetFiles(Path.Combine(_mail.Maildir, "new")), Is.Empty, "and no more");
        // Two mails that go at once are delivered by two processes of the server, in any order.
        return [.. numbers.Order()];
    }

    private static async Task RunAsync(AgentBench agent, Func<MailSender, bool> done)
    {
        using var link = await ManagerLink.OpenAsync(agent.Settings, agent.Folder, default);
        using var stop = new CancellationTokenSource();
        var carried = new CarriedAcknowledgements(agent.Identity, agent.Folder, agent.Queue, agent);
        var sender = new MailSender(agent.Settings, agent.Settings.Mail!, agent.Identity, agent.Folder, link, agent.Queue, agent.Outgoing, agent.Ends, carried, agent, agent.Time);
        var running = sender.RunAsync(stop.Token);
        for (var waited = Stopwatch.StartNew(); !done(sender) && !running.IsCompleted && waited.Elapsed < TimeSpan.FromSeconds(30); await Task.Delay(20))
        {
            agent.Clock.Pass(TimeSpan.FromMilliseconds(20));
        }

        await stop.CancelAsync();
        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>(), "the sender does not end by itself");
        Assert.That(done(sender), Is.True, string.Join(" | ", agent.Lines));
    }
}
