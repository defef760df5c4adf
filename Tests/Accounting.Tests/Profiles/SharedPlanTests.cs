using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Profiles;

public sealed class SharedPlanTests
{
    [Test]
    public async Task Devices_that_are_read_alike_share_all_but_their_own_values()
    {
        TestDevice one = new(Vectors.Walk("invented_sizes")), two = new(Vectors.Walk("invented_sizes"));
        two.Add("1.3.6.1.4.1.1347.42.3.1.6.1.2.2.9", 5);
        MeterReader reader = new(new OneOrTwo(one, two), ProfileLibrary.BuiltIn);
        var (a, b) = (await BindAsync(reader, 1), await BindAsync(reader, 2));
        Assert.That(b.Set, Is.SameAs(a.Set));
        Assert.That(b.Plan, Is.SameAs(a.Plan));
        var (first, second) = (await ValuesAsync(reader, 1, a), await ValuesAsync(reader, 2, b));
        Assert.That(second.Sum() - first.Sum(), Is.EqualTo(5));
        Assert.That(await ValuesAsync(reader, 1, a), Is.EqualTo(first), "what moved on one did not touch the other");
    }

    [Test]
    public async Task Another_set_of_objects_is_another_plan()
    {
        TestDevice one = new(Vectors.Walk("invented_sizes")), two = new(Vectors.Walk("invented_sizes"));
        two.Set("1.3.6.1.2.1.43.5.1.1.17.1", null);
        MeterReader reader = new(new OneOrTwo(one, two), ProfileLibrary.BuiltIn);
        Assert.That((await BindAsync(reader, 2)).Plan, Is.Not.SameAs((await BindAsync(reader, 1)).Plan));
    }

    [Test]
    public async Task Device_of_a_known_kind_takes_a_few_kilobytes()
    {
        MeterReader reader = new(new TestDevice(Vectors.Walk("invented_sizes")), ProfileLibrary.BuiltIn);
        var kept = new List<BoundProfile> { await BindAsync(reader, 1) };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 200; i++)
        {
            var bound = await BindAsync(reader, 1);
            await ValuesAsync(reader, 1, bound);
            kept.Add(bound);
        }

        // Other tests run beside; ten times what it takes leaves room for them.
        Assert.That((GC.GetTotalMemory(forceFullCollection: true) - before) / 200, Is.LessThan(10_000));
        GC.KeepAlive(kept);
    }

    private static async Task<BoundProfile> BindAsync(MeterReader reader, int device) =>
        ((BindOutcome.Bound)await reader.BindAsync(TestDevice.Target with { Port = device }, null, default)).Profile;

    private static async Task<long?[]> ValuesAsync(MeterReader reader, int device, BoundProfile profile) =>
        [.. ((ReadOutcome.Read)await reader.ReadAsync(TestDevice.Target with { Port = device }, profile, ReadingTrigger.Idle, 1, default)).Reading.Values];
}
