using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data.Journal;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

/// <summary>Days are marked when something is added to them late, and only then: a settled session writes no mark.</summary>
internal sealed class LateUsageTests
{
    [TestCase(0, false)]
    [TestCase(59, false)]
    [TestCase(61, true)]
    [TestCase(60 * 24 * 40, true)]
    public void Day_is_marked_when_an_entry_comes_more_than_an_hour_after_its_time(int minutes, bool isMarked)
    {
        var change = Change();
        var posted = change with { Entries = [.. change.Entries[..^1], change.Entries[^1] with { PostedAt = TestRows.Now.AddMinutes(minutes) }] };
        var set = new ChangeSet();
        set.Add(1, 5, posted);
        Assert.That(set.Late, isMarked ? Is.EqualTo(new[] { (1L, DateOnly.FromDateTime(TestRows.Now.UtcDateTime).DayNumber, 5L) }) : Is.Empty);
    }

    [Test]
    public void Usage_of_which_nobody_knows_when_it_was_is_late()
    {
        var set = new ChangeSet();
        set.Add(1, 5, Change() with { Entries = [] });
        Assert.That(set.Late, Has.Count.EqualTo(1));
    }

    private static DeviceChange Change() => TestRows.Settle(new DeviceState { DeviceId = 5 }, TestRows.Session(7, 5, SessionState.Active), 1, TestRows.Now);
}
