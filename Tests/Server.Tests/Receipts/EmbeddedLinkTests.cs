using CopyTrack.Server.Soap;
using CopyTrack.Terminal.Protocol.Messages;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Receipts;

public sealed class EmbeddedLinkTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Test]
    public async Task Unlock_is_told_until_the_device_says_that_it_did_it()
    {
        var link = new EmbeddedLink("t1");
        var unlock = link.RequestAsync(new PanelUnlock("7", ["copy"]), Long, default);
        Assert.That(link.Commands().Single(), Has.Property("Kind").EqualTo("unlock").And.Property("Session").EqualTo("7"));
        link.Panel(unlocked: false, null);
        link.Panel(unlocked: true, "6");
        Assert.That(unlock.IsCompleted, Is.False, "another session's");
        Assert.That(link.Commands(), Has.Count.EqualTo(1), "told again: the answer may have been lost");
        link.Panel(unlocked: true, "7");
        Assert.That((await unlock)!.Error, Is.Null);
        Assert.That(link.Commands(), Is.Empty);
    }

    [Test]
    public async Task Lock_takes_the_place_of_an_unlock_and_waits_however_long_the_device_is_silent()
    {
        var link = new EmbeddedLink("t1");
        _ = link.RequestAsync(new PanelUnlock("7", ["copy"]), Long, default);
        var locked = link.RequestAsync(new PanelLock("7", "logout"), TimeSpan.FromMilliseconds(20), default);
        Assert.That(await locked, Is.Null, "nobody answered in time");
        Assert.That(link.Commands().Select(c => c.Kind), Is.EqualTo(new[] { "lock" }));
        link.Panel(unlocked: false, null);
        Assert.That(link.Commands(), Is.Empty);
    }

    [Test]
    public async Task Message_is_told_once()
    {
        var link = new EmbeddedLink("t1");
        var message = link.RequestAsync(new PanelMessage("One moment", "info", 4), Long, default);
        Assert.That(link.Commands().Single().Text, Is.EqualTo("One moment"));
        Assert.That(await message, Is.Not.Null);
        Assert.That(link.Commands(), Is.Empty);
    }

    [Test]
    public async Task Closed_link_takes_nothing()
    {
        var link = new EmbeddedLink("t1");
        link.Close("silent", null);
        Assert.That(await link.RequestAsync(new PanelLock(null, "logout"), Long, default), Is.Null);
        Assert.That(link.IsOpen, Is.False);
    }
}
