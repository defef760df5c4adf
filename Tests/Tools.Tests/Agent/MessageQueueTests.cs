using CopyTrack.Agent;
using CopyTrack.Agent.Clocks;
using CopyTrack.Agent.Sending;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>What waits survives any end; what is done never comes back; no number is given twice.</summary>
public sealed class MessageQueueTests
{
    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("copytrack-queue-").FullName;

    [TearDown]
    public void Drop() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Messages_come_in_order_and_survive_a_restart_at_every_step()
    {
        var (appended, removed) = (0L, 0L);
        var random = new Random(17);
        for (var step = 0; step < 200; step++)
        {
            using var queue = new MessageQueue(_folder, 1 << 20, segmentBytes: 500);
            Assert.That(queue.Count, Is.EqualTo(appended - removed));
            for (var i = random.Next(3); i > 0; i--)
            {
                Assert.That(Put(queue, n => BitConverter.GetBytes(n * 7)), Is.EqualTo(++appended));
            }

            for (var i = random.Next(3); i > 0 && removed < appended; i--)
            {
                var waiting = await HeadAsync(queue);
                Assert.That((waiting.Sequence, waiting.First, BitConverter.ToInt64(waiting.Packed)), Is.EqualTo((removed + 1, removed + 1, (removed + 1) * 7)));
                queue.Remove(++removed);
            }
        }

        Assert.That(Directory.GetFiles(_folder), Has.Length.LessThan(40), "segments without anything that waits go");
    }

    [Test]
    public async Task Record_that_was_written_in_part_is_forgotten_and_its_number_given_again()
    {
        using (var queue = new MessageQueue(_folder, 1 << 20))
        {
            Put(queue, _ => [1]);
            Put(queue, _ => [2, 2, 2, 2, 2, 2, 2, 2]);
        }

        var file = Directory.GetFiles(_folder).Single();
        var whole = await File.ReadAllBytesAsync(file);
        foreach (var cut in new[] { 1, 5, 9, 17 })
        {
            foreach (var left in Directory.GetFiles(_folder))
            {
                File.Delete(left);
            }

            await File.WriteAllBytesAsync(file, whole[..^cut]);
            using var queue = new MessageQueue(_folder, 1 << 20);
            Assert.Multiple(() =>
            {
                Assert.That(queue.Count, Is.EqualTo(1), $"cut by {cut}");
                Assert.That(Put(queue, _ => [3]), Is.EqualTo(2));
            });
        }
    }

    [Test]
    public async Task Full_queue_gives_up_the_oldest_and_tells_the_lowest_number_that_it_holds()
    {
        using var queue = new MessageQueue(_folder, maxBytes: 1000, segmentBytes: 400);
        var dropped = new List<long>();
        for (var i = 0; i < 50; i++)
        {
            queue.Append(_ => new byte[100], null, out var gone);
            dropped.AddRange(gone is { } some ? Enumerable.Range((int)some.First, (int)(some.Last - some.First + 1)).Select(n => (long)n) : []);
        }

        var first = await HeadAsync(queue);
        Assert.That((queue.Count, first.Sequence, first.First), Is.EqualTo((10, 41L, 41L)));
        Assert.That(dropped, Is.EqualTo(Enumerable.Range(1, 40)), "each that goes is told once");
        queue.Append(_ => new byte[1000], null, out var all);
        Assert.That((all, queue.Count), Is.EqualTo(((41L, 50L), 1)), "a long one takes the place of many");
    }

    [Test]
    public void Second_agent_on_one_folder_is_refused()
    {
        using var queue = new MessageQueue(_folder, 1000);
        Put(queue, _ => [1]);
        Assert.That(() => new MessageQueue(_folder, 1000), Throws.TypeOf<AgentException>().With.Message.Contains("another agent"));
    }

    [Test]
    public async Task Waiting_for_a_message_ends_when_one_comes()
    {
        using var queue = new MessageQueue(_folder, 1000);
        var waiting = queue.HeadAsync(default);
        Assert.That(waiting.IsCompleted, Is.False);
        Put(queue, _ => [9]);
        Assert.That(await waiting.WaitAsync(TimeSpan.FromSeconds(10)), Is.EqualTo((1L, 1)));
    }

    [Test]
    public void Number_is_not_used_up_by_what_is_not_kept()
    {
        using var queue = new MessageQueue(_folder, 1000);
        Assert.That(queue.Append(_ => null, null, out _), Is.Null);
        Assert.That(Put(queue, _ => [1]), Is.EqualTo(1));
    }

    [Test]
    public void Message_knows_when_it_was_made_after_a_restart_and_older_records_stay_readable()
    {
        var origin = new Origin(new BootMoment(Guid.NewGuid(), TimeSpan.FromSeconds(77)), new DateTimeOffset(1970, 1, 1, 0, 3, 0, TimeSpan.Zero));
        using (var queue = new MessageQueue(_folder, 1 << 20))
        {
            Put(queue, _ => [1]);
            queue.Append(_ => [2], origin, out _);
            Put(queue, _ => [3]);
        }

        using var again = new MessageQueue(_folder, 1 << 20);
        Assert.That(new[] { 1L, 2, 3 }.Select(n => again.Get(n)!.Origin), Is.EqualTo(new Origin?[] { null, origin, null }));
        Assert.That(again.Get(2)!.Packed, Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task Disk_that_takes_nothing_loses_nothing_that_waits_and_takes_messages_again_later()
    {
        var full = false;
        void BeforeWrite()
        {
            if (full)
            {
                throw new IOException("No space left on device");
            }
        }

        using (var queue = new MessageQueue(_folder, 1 << 20, segmentBytes: 60, BeforeWrite))
        {
            for (var i = 0; i < 4; i++)
            {
                Put(queue, n => [(byte)n]);
            }

            full = true;
            Assert.That(() => Put(queue, _ => [9]), Throws.InstanceOf<IOException>());
            queue.Remove(1);
            Assert.That((queue.Fault, queue.Count, queue.First, queue.Last), Is.EqualTo(("No space left on device", 3, 2L, 4L)), "the manager's word ends a message all the same");
            Assert.That((await HeadAsync(queue)).Packed, Is.EqualTo(new byte[] { 2 }));
        }

        // A restart on the full disk: no segment can be begun, and what waits can still be sent.
        using (var queue = new MessageQueue(_folder, 1 << 20, segmentBytes: 60, BeforeWrite))
        {
            Assert.That((queue.Fault, queue.Last), Is.EqualTo(("No space left on device", 4L)));
            Assert.That(() => new MessageQueue(_folder, 1 << 20), Throws.TypeOf<AgentException>(), "the folder is taken all the same");
            queue.RemoveThrough(4);
            Assert.That(queue.Count, Is.Zero);
            Assert.That(() => Put(queue, _ => [9]), Throws.InstanceOf<IOException>());
        }

        using (var queue = new MessageQueue(_folder, 1 << 20, segmentBytes: 60, BeforeWrite))
        {
            Assert.That(queue.Last, Is.EqualTo(4), "no number is given twice");
            queue.RemoveThrough(4);
            full = false;
            Assert.That(Put(queue, _ => [5]), Is.EqualTo(5));
            Assert.That(queue.Fault, Is.Null);
            queue.Remove(5);
        }

        using var last = new MessageQueue(_folder, 1 << 20);
        Assert.That((last.Count, last.Last), Is.EqualTo((0, 5L)), "what was done with is noted by the next record");
    }

    private static long Put(MessageQueue queue, Func<long, byte[]> make) => queue.Append(make, null, out _)!.Value;

    private static async Task<WaitingMessage> HeadAsync(MessageQueue queue) => queue.Get((await queue.HeadAsync(default)).Sequence)!;
}
