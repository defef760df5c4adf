using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Ledger;

public sealed class ProjectionTests
{
    private static readonly PriceList s_prices = new("EUR", 20_000, 100_000, 5_000, 1_000, 2_000, 3_000);

    [Test]
    public void Counter_that_is_linear_gives_one_step_times_the_distance_wherever_it_stood()
    {
        var random = new Random(815);
        int linear = 0, curved = 0;
        for (var round = 0; round < 3000; round++)
        {
            var set = Any(random);
            foreach (var counter in set.Counters)
            {
                long from = random.Next(0, 1000), to = from + random.Next(0, 50);
                var (forth, back) = (Projection.Of(set, counter, from, to, s_prices), Projection.Of(set, counter, to, from, s_prices));
                var step = Projection.Of(set, counter, 0, 1, s_prices);
                if (Projection.IsLinear(counter))
                {
                    linear++;
                    Assert.That((forth, back), Is.EqualTo((step.Times(to - from), step.Times(from - to))), $"{counter}, {from} to {to}");
                }
                else
                {
                    curved += forth != step.Times(to - from) ? 1 : 0;
                    Assert.That(forth + back, Is.EqualTo(default(PageCounts)), "a reversal takes all of it back");
                }
            }
        }

        Assert.That(linear, Is.GreaterThan(1000));
        Assert.That(curved, Is.GreaterThan(100), "both kinds were met");
    }

    private static BaseCounterSet Any(Random random) => new()
    {
        Profile = "x", ProfileVersion = 1,
        Counters = [.. Enumerable.Range(0, random.Next(1, 7)).Select(i => new BaseCounter
        {
            Index = i, Role = Pick<CounterRole>(random), Oids = ImmutableArray<string>.Empty,
            Key = new CounterKey(Pick<PageFunction>(random), Pick<PageColor>(random), Pick<PageSize>(random), Pick<PageSides>(random), Pick<CounterUnit>(random)),
        })],
    };

    private static T Pick<T>(Random random)
        where T : struct, Enum => random.GetItems(Enum.GetValues<T>(), 1)[0];
}
