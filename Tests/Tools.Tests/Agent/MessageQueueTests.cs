using CopyTrack.Agent;
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
                Assert.That(queue.Append(n => BitConverter.GetBytes(n * 7)), Is.EqualTo(++appended));
            }

            for (var i = random.Next(3); i > 0 && removed < appended; i--)
            {
                var waiting = await queue.PeekAsync(default);
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
            queue.Append(_ => [1]);
            queue.Append(_ => [2, 2, 2, 2, 2, 2, 2, 2]);
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
                Assert.That(queue.Append(_ => [3]), Is.EqualTo(2));
            });
        }
    }

    [Test]
    public async Task Full_queue_gives_up_the_oldest_and_tells_the_lowest_number_that_it_holds()
    {
        using var queue = new MessageQueue(_folder, maxBytes: 1000, segmentBytes: 400);
        for (var i = 0; i < 50; i++)
        {
            queue.Append(_ => new byte[100]);
        }

        var first = await queue.PeekAsync(default);
        Assert.That((queue.Count, queue.Dropped, first.Sequence, first.First), Is.EqualTo((10, 40L, 41L, 41L)));
    }

    [Test]
    public void Second_agent_on_one_folder_is_refused()
    {
        using var queue = new MessageQueue(_folder, 1000);
        queue.Append(_ => [1]);
        Assert.That(() => new MessageQueue(_folder, 1000), Throws.TypeOf<AgentException>().With.Message.Contains("another agent"));
    }

    [Test]
    public async Task Waiting_for_a_message_ends_when_one_comes()
    {
        using var queue = new MessageQueue(_folder, 1000);
        var waiting = queue.PeekAsync(default);
        Assert.That(waiting.IsCompleted, Is.False);
        queue.Append(_ => [9]);
        Assert.That((await waiting.WaitAsync(TimeSpan.FromSeconds(10))).Packed, Is.EqualTo(new byte[] { 9 }));
    }
}
