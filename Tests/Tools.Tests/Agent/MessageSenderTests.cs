using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent;
using CopyTrack.Agent.Sending;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>What waits is sent whatever one message, one disk or one clock does; what did not arrive is never called delivered.</summary>
public sealed class MessageSenderTests
{
    [Test]
    public async Task Message_that_no_manager_takes_is_set_aside_and_those_behind_it_go()
    {
        using var agent = new AgentBench();
        await using var manager = await ManagerStandIn.StartAsync(agent.Manager);
        agent.Maker.Keep([agent.Record("s-1")]);
        // As a version without bounds left it in the queue.
        agent.Queue.Append(_ => new byte[MessageEnvelope.MaxPacked + 1], null, out _);
        agent.Maker.Keep([agent.Record("s-1")]);
        await SendAsync(agent, manager, () => agent.Queue.Count == 0);
        agent.Restart();
        Assert.Multiple(() =>
        {
            Assert.That(manager.Came.Select(e => e.Sequence), Is.EqualTo(new[] { 1L, 3 }));
            Assert.That(agent.Ends.All.Select(e => (e.First, e.Standing)), Is.EqualTo(new[] { (2L, MessageStanding.SetAside) }), "after a restart too");
            Assert.That(agent.Ends.Of(2)!.Reason, Does.Contain("bytes long"));
            Assert.That((agent.Ends.Of(1), agent.Ends.Of(3)), Is.EqualTo(((MessageEnd?)null, (MessageEnd?)null)));
        });
    }

    [Test]
    public async Task Message_that_a_proxy_calls_too_long_is_tried_a_while_and_then_set_aside()
    {
        using var agent = new AgentBench();
        await using var manager = await ManagerStandIn.StartAsync(agent.Manager);
        manager.Answer = e => e.Sequence == 1 ? (413, default, "") : (200, AckOutcome.Taken, "-");
        agent.Maker.Keep([agent.Record("s-1")]);
        agent.Maker.Keep([agent.Record("s-1")]);
        await SendAsync(agent, manager, () => agent.Queue.Count == 0);
        Assert.That((manager.Came.Count(e => e.Sequence == 1), manager.Came.Count(e => e.Sequence == 2)), Is.EqualTo((MessageSender.MostTooLong, 1)));
        Assert.That((agent.Ends.Of(1)!.Standing, agent.Ends.Of(2)), Is.EqualTo((MessageStanding.SetAside, (MessageEnd?)null)));
    }

    [Test]
    public async Task Message_that_the_manager_refuses_is_known_with_its_reason()
    {
        using var agent = new AgentBench();
        await using var manager = await ManagerStandIn.StartAsync(agent.Manager);
        manager.Answer = e => (200, e.Sequence == 1 ? AckOutcome.Refused : AckOutcome.Known, e.Sequence == 1 ? "it is none" : "-");
        agent.Maker.Keep([agent.Record("s-1")]);
        agent.Maker.Keep([agent.Record("s-1")]);
        var delivered = await SendAsync(agent, manager, () => agent.Queue.Count == 0);
        Assert.That((agent.Ends.Of(1)!.Standing, agent.Ends.Of(1)!.Reason, agent.Ends.Of(2), delivered), Is.EqualTo((MessageStanding.Refused, "it is none", (MessageEnd?)null, 1L)));
    }

    [Test]
    public async Task Disk_that_takes_no_note_of_what_is_done_does_not_stop_the_sending()
    {
        using var agent = new AgentBench();
        await using var manager = await ManagerStandIn.StartAsync(agent.Manager);
        for (var i = 0; i < 3; i++)
        {
            agent.Maker.Keep([agent.Record("s-1")]);
        }

        agent.BeforeWrite = () => throw new IOException("No space left on device");
        Directory.CreateDirectory(Path.Combine(agent.Folder.Path, "ends.json.new"));
        await SendAsync(agent, manager, () => agent.Queue.Count == 0);
        Assert.That((manager.Came.Count, agent.Queue.Fault), Is.EqualTo((3, "No space left on device")));
        // A restart without room sends them once more, which the manager knows; nothing is lost and no number given twice.
        agent.Restart();
        Assert.That((agent.Queue.Count, agent.Queue.Last), Is.EqualTo((3, 3L)));
        manager.Answer = static _ => (200, AckOutcome.Known, "-");
        await SendAsync(agent, manager, () => agent.Queue.Count == 0);
        agent.BeforeWrite = static () => { };
        agent.Maker.Keep([agent.Record("s-1")]);
        await SendAsync(agent, manager, () => agent.Queue.Count == 0);
        Assert.That(manager.Came[^1].Sequence, Is.EqualTo(4));
    }

    [Test]
    public async Task Message_that_is_lost_on_the_disk_does_not_hold_up_the_others()
    {
        using var agent = new AgentBench();
        await using var manager = await ManagerStandIn.StartAsync(agent.Manager);
        agent.Maker.Keep([agent.Record("s-1")]);
        agent.Restart();
        agent.Maker.Keep([agent.Record("s-1")]);
        File.Delete(Path.Combine(agent.Folder.Path, "queue-000000001.log"));
        await SendAsync(agent, manager, () => agent.Queue.Count == 0);
        Assert.That((manager.Came.Single().Sequence, agent.Ends.Of(1)!.Standing), Is.EqualTo((2L, MessageStanding.SetAside)));
    }

    private static async Task<long> SendAsync(AgentBench agent, ManagerStandIn manager, Func<bool> done)
    {
        using var link = await ManagerLink.OpenAsync(agent.Settings with { Manager = manager.Address }, agent.Folder, default);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var sender = new MessageSender(agent.Settings, agent.Identity, link, agent.Queue, agent.Outgoing, agent.Ends, agent, agent.Time) { FirstPause = TimeSpan.FromMilliseconds(1) };
        var running = sender.RunAsync(stop.Token);
        while (!done() && !running.IsCompleted)
        {
            await Task.Delay(5, default(CancellationToken));
        }

        await stop.CancelAsync();
        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>(), "the sender does not end by itself");
        return sender.Delivered;
    }
}
