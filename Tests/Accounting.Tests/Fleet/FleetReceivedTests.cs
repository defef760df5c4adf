using CopyTrack.Accounting.Fleet;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Fleet;

/// <summary>The manager's word about what it keeps.</summary>
public sealed class FleetReceivedTests
{
    [Test]
    public void Word_is_good_for_its_agent_and_question_alone()
    {
        using var manager = FleetKeys.Create();
        using var other = FleetKeys.Create();
        var word = new FleetReceived(41).Seal("7", "n1", manager);
        Assert.That(FleetReceived.Read(word, "7", "n1", manager).Through, Is.EqualTo(41));
        foreach (var (agent, nonce, key) in new[] { ("8", "n1", manager), ("7", "n2", manager), ("7", "n1", other) })
        {
            Assert.That(() => FleetReceived.Read(word, agent, nonce, key), Throws.InstanceOf<FleetFormatException>());
        }

        Assert.That(() => FleetWants.Read(word, "7", "n1", manager), Throws.InstanceOf<FleetFormatException>(), "nothing passes as something else");
    }

    [Test]
    public void Question_tells_the_lowest_number_that_is_held()
    {
        using var key = FleetKeys.Create();
        var read = FleetReceived.ReadAsk(FleetReceived.Ask("7", "n1", 12, DateTimeOffset.UnixEpoch, key), out var outside);
        Assert.That((read, outside.IsSignedBy(key)), Is.EqualTo((("7", "n1", 12L), true)));
        Assert.That(() => FleetReceived.ReadAsk(FleetReceived.Ask("7", "n1", 0, DateTimeOffset.UnixEpoch, key), out _), Throws.InstanceOf<FleetFormatException>());
    }
}
