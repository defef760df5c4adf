using CopyTrack.Accounting.Snmp.Usm;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Snmp.Usm;

/// <summary>RFC 3414 §2.3 and §3.2 step 7b.</summary>
public sealed class EngineClockTests
{
    private static readonly EngineClock Known = EngineClock.Set(boots: 5, time: 1000, now: 70);

    [TestCase(5, 1000, true, Description = "now")]
    [TestCase(5, 850, true, Description = "150 s old, just inside")]
    [TestCase(5, 849, false, Description = "151 s old")]
    [TestCase(5, 999_999, true, Description = "the engine's clock runs ahead of ours")]
    [TestCase(4, 1000, false, Description = "of an earlier boot")]
    [TestCase(6, 0, true, Description = "started again")]
    [TestCase(int.MaxValue, 1000, false, Description = "no boots left")]
    public void Message_is_taken_only_inside_the_window(int boots, int time, bool inside) =>
        Assert.That(Known.Take(boots, time, now: 70).Inside, Is.EqualTo(inside));

    [Test]
    public void Window_moves_with_our_own_clock()
    {
        Assert.That(Known.Take(5, 1000, now: 70 + 150).Inside);
        Assert.That(Known.Take(5, 1000, now: 70 + 151).Inside, Is.False);
    }

    [Test]
    public void Repeated_message_does_not_hold_the_clock_back()
    {
        var (next, _) = Known.Take(5, 1000, now: 100);
        Assert.That(next.TimeAt(100), Is.EqualTo(1030));
        (next, _) = Known.Take(5, 1020, now: 100);
        Assert.That(next.TimeAt(100), Is.EqualTo(1020), "a newer time of a slower clock is taken");
        Assert.That(next.Latest, Is.EqualTo(1020));
    }

    [Test]
    public void Started_engine_is_followed() =>
        Assert.That(Known.Take(6, 3, now: 71).Next.TimeAt(80), Is.EqualTo(12));

    [Test]
    public void What_a_discovery_told_is_dropped_for_what_is_signed()
    {
        var (next, inside) = EngineClock.Told(900, 999_999, now: 1).Take(2, 50, now: 2);
        Assert.That(inside);
        Assert.That((next.Boots, next.Proven, next.TimeAt(2)), Is.EqualTo((2, true, 50)));
    }

    [Test]
    public void Time_stops_at_its_top() =>
        Assert.That(EngineClock.Set(1, int.MaxValue - 1, 0).TimeAt(100), Is.EqualTo(int.MaxValue));
}
