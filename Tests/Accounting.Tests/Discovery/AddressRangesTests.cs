using System.Net;
using CopyTrack.Accounting.Discovery;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Discovery;

public sealed class AddressRangesTests
{
    [TestCase("192.0.2.7", "192.0.2.7", "192.0.2.7", 1)]
    [TestCase("192.0.2.0/24", "192.0.2.1", "192.0.2.254", 254, Description = "without network and broadcast")]
    [TestCase("192.0.2.77/24", "192.0.2.1", "192.0.2.254", 254, Description = "any address of it names it")]
    [TestCase("192.0.2.8/30", "192.0.2.9", "192.0.2.10", 2)]
    [TestCase("192.0.2.8/31", "192.0.2.8", "192.0.2.9", 2, Description = "RFC 3021")]
    [TestCase("192.0.2.8/32", "192.0.2.8", "192.0.2.8", 1)]
    [TestCase("10.1.0.0/16", "10.1.0.1", "10.1.255.254", 65534)]
    [TestCase("192.0.2.10-192.0.2.60", "192.0.2.10", "192.0.2.60", 51)]
    [TestCase("192.0.2.10-60", "192.0.2.10", "192.0.2.60", 51)]
    [TestCase(" 192.0.2.250 - 192.0.3.5 ", "192.0.2.250", "192.0.3.5", 12)]
    [TestCase("2001:db8::/120", "2001:db8::", "2001:db8::ff", 256)]
    [TestCase("2001:db8::5-2001:db8::7", "2001:db8::5", "2001:db8::7", 3)]
    public void Range_is_read_as_people_write_it(string text, string first, string last, int count)
    {
        Assert.That(AddressRanges.TryParse([text], out var ranges, out var fault), fault);
        var all = ranges.Spread().OrderBy(a => Convert.ToHexString(a.GetAddressBytes()), StringComparer.Ordinal).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(ranges.Count, Is.EqualTo(count));
            Assert.That(all, Has.Count.EqualTo(count));
            Assert.That(all.Distinct().Count(), Is.EqualTo(count));
            Assert.That(all[0], Is.EqualTo(IPAddress.Parse(first)));
            Assert.That(all[^1], Is.EqualTo(IPAddress.Parse(last)));
        });
    }

    [TestCase("", "'': not an address, a prefix (192.0.2.0/24) or a range (192.0.2.10-192.0.2.60)")]
    [TestCase("printer", "'printer': not an address, a prefix (192.0.2.0/24) or a range (192.0.2.10-192.0.2.60)")]
    [TestCase("7", "'7': not an address, a prefix (192.0.2.0/24) or a range (192.0.2.10-192.0.2.60)")]
    [TestCase("0x7f.0.0.1", "'0x7f.0.0.1': not an address, a prefix (192.0.2.0/24) or a range (192.0.2.10-192.0.2.60)")]
    [TestCase("192.0.2.0/33", "'192.0.2.0/33': not a prefix such as 192.0.2.0/24")]
    [TestCase("192.0.2.0/-1", "'192.0.2.0/-1': not a prefix such as 192.0.2.0/24")]
    [TestCase("10.0.0.0/15", "'10.0.0.0/15': more than 65536 addresses; look at them in parts")]
    [TestCase("10.0.0.0/0", "'10.0.0.0/0': more than 65536 addresses; look at them in parts")]
    [TestCase("2001:db8::/64", "'2001:db8::/64': more than 65536 addresses; look at them in parts")]
    [TestCase("192.0.2.60-192.0.2.10", "'192.0.2.60-192.0.2.10': its end is before its beginning")]
    [TestCase("192.0.2.60-2001:db8::1", "'192.0.2.60-2001:db8::1': not an address, a prefix (192.0.2.0/24) or a range (192.0.2.10-192.0.2.60)")]
    [TestCase("224.0.0.1", "'224.0.0.1': addresses of 0.0.0.0/8 and from 224.0.0.0 on are no devices' addresses")]
    [TestCase("255.255.255.255", "'255.255.255.255': addresses of 0.0.0.0/8 and from 224.0.0.0 on are no devices' addresses")]
    [TestCase("0.0.0.0", "'0.0.0.0': addresses of 0.0.0.0/8 and from 224.0.0.0 on are no devices' addresses")]
    [TestCase("ff02::1", "'ff02::1': multicast and unspecified addresses can't be looked at")]
    [TestCase("10.0.0.0-10.2.0.0", "more than 65536 addresses; look at them in parts")]
    public void Range_that_is_none_or_too_wide_is_refused_with_its_reason(string text, string reason)
    {
        Assert.That(AddressRanges.TryParse([text], out _, out var fault), Is.False);
        Assert.That(fault, Is.EqualTo(reason));
    }

    [Test]
    public void Ranges_that_overlap_count_once()
    {
        Assert.That(AddressRanges.TryParse(["192.0.2.1-100", "192.0.2.50-150", "192.0.2.7", "2001:db8::1"], out var ranges, out _));
        Assert.That(ranges.Count, Is.EqualTo(151));
        Assert.That(ranges.Spread(), Is.Unique);
    }

    [Test]
    public void No_range_and_too_many_are_refused()
    {
        Assert.That(AddressRanges.TryParse([], out _, out var none), Is.False);
        Assert.That(AddressRanges.TryParse([.. Enumerable.Repeat("192.0.2.1", 257)], out _, out var many), Is.False);
        Assert.That((none, many), Is.EqualTo(("no range is given", "more than 256 ranges")));
    }

    [Test]
    public void Neighbours_are_far_from_each_other()
    {
        Assert.That(AddressRanges.TryParse(["192.0.2.0/24"], out var ranges, out _));
        var last = ranges.Spread().Select(a => (int)a.GetAddressBytes()[3]).ToList();
        Assert.That(last.Zip(last.Skip(1), (a, b) => Math.Abs(a - b)), Is.All.GreaterThan(16));
    }

    [Test]
    public void Any_text_is_read_or_refused_and_nothing_is_thrown() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string[]>(), texts =>
            AddressRanges.TryParse([.. (texts ?? []).Select(t => t ?? "")], out var ranges, out var fault) ? ranges.Count > 0 && fault is null : fault is not null)
            .QuickCheckThrowOnFailure();

    [Test]
    public void Pace_halves_recovers_and_stays_between_one_and_what_was_asked_for()
    {
        var pace = new SweepPace(40);
        Assert.That(pace.Slower().PerSecond, Is.EqualTo(20));
        Assert.That(pace.Slower().Faster().PerSecond, Is.EqualTo(22));
        Assert.That(Enumerable.Range(0, 100).Aggregate(pace, (p, _) => p.Slower()).PerSecond, Is.EqualTo(1));
        Assert.That(Enumerable.Range(0, 100).Aggregate(pace.Slower(), (p, _) => p.Faster()).PerSecond, Is.EqualTo(40));
        Assert.That(() => new SweepPace(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
