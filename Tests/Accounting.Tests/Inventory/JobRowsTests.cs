using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Inventory;

public sealed class JobRowsTests
{
    private static DeviceJob Job(long? number, string state = "done", int second = 0) =>
        new("1", PageFunction.Copy, PageColor.Mono, "anna", 3, state, DateTimeOffset.UnixEpoch.AddSeconds(second), null) { Number = number };

    [Test]
    public void Finished_jobs_come_once_and_in_order_whatever_the_order_of_the_device()
    {
        var first = JobRows.After("S1", [Job(12, second: 12), Job(11, "processing"), Job(10, "cancelled", 10), Job(null)], null);
        Assert.That(first.Select(r => (r.Sequence, r.Key)), Is.EqualTo(new[] { (10L, "S1/10/10"), (12L, "S1/12/12") }));
        Assert.That(JobRows.After("S1", [Job(14, "failed", 14), Job(12, second: 12), Job(10, second: 10)], first[^1]).Select(r => r.Sequence), Is.EqualTo(new[] { 14L }));
        Assert.That(JobRows.After("S1", [Job(12, second: 12)], first[^1]), Is.Empty);
        Assert.That(JobRows.After("S1", [], first[^1]), Is.Empty);
    }

    [Test]
    public void Numbers_that_begin_anew_are_new_jobs_with_keys_of_their_own()
    {
        var last = JobRows.After("S1", [Job(900, second: 5)], null)[^1];
        var anew = JobRows.After("S1", [Job(2, second: 99), Job(1, second: 98)], last);
        Assert.That(anew.Select(r => r.Key), Is.EqualTo(new[] { "S1/1/98", "S1/2/99" }));
    }
}
