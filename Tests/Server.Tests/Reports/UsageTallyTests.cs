using CopyTrack.Server.Reports.Packs;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>Sums in memory: closed ones tell what open ones did, in any order, and are not changed by what is added to their copies.</summary>
internal sealed class UsageTallyTests
{
    private const int People = 1500;

    [Test]
    public void Closed_tally_tells_the_same_in_order_and_its_copy_goes_on_by_itself()
    {
        UsageTally tally = Made(4711);
        (long Number, long[] Sums)[] open = [.. Enumerable.Range(0, tally.Groups).Select(g => Told(tally, g))];
        var total = tally.Total();
        tally.Close();
        Assert.That(Enumerable.Range(0, tally.Groups).Select(g => Told(tally, g).Sums), Is.EqualTo(open.Select(o => o.Sums)));
        Assert.That(tally.Total(), Is.EqualTo(total));
        for (int column = 0; column < UsageBlock.Sums; column++)
        {
            long[] expected = [.. open.OrderByDescending(o => o.Sums[column]).ThenBy(o => o.Number).Select(o => o.Number)];
            Assert.That(TallyTop.Of(tally, column, 0, 5000).Select(g => Told(tally, g).Number), Is.EqualTo(expected), $"column {column}, all in order");
            Assert.That(TallyTop.Of(tally, column, 700, 100).Select(g => Told(tally, g).Number), Is.EqualTo(expected[700..800]), "a later page");
            Assert.That(TallyTop.Of(tally, column, 20, 30).Select(g => Told(tally, g).Number), Is.EqualTo(expected[20..50]), "a page near the beginning");
            Assert.That(TallyTop.Of(tally, column, 100_000, 10), Is.Empty);
        }

        UsageTally copy = tally.Open();
        Fill(copy, 17, 4);
        copy.Close();
        Assert.That(tally.Total(), Is.EqualTo(total));
        Assert.That(copy.Total(), Is.Not.EqualTo(total));
        Assert.That(copy.Groups, Is.EqualTo(tally.Groups));
    }

    [Test]
    public void Kept_tally_is_given_for_the_state_that_it_was_made_of_and_goes_when_there_is_no_room()
    {
        UsageTally one = Made(1).Close();
        KeptTallies kept = new((one.Bytes * 3) + 1000, TimeProvider.System);
        kept.Keep("a", "1", one);
        Assert.That((kept.Find("a", "1"), kept.Find("a", "2"), kept.Find("b", "1")), Is.EqualTo((one, (UsageTally?)null, (UsageTally?)null)));
        kept.Keep("b", "1", Made(2).Close());
        kept.Keep("c", "1", Made(3).Close());
        Assert.That(kept.Find("a", "1"), Is.Not.Null, "asked for again");
        kept.Keep("d", "1", Made(4).Close());
        Assert.That((kept.Find("b", "1"), kept.Find("a", "1")), Is.EqualTo(((UsageTally?)null, one)), "the one that was not asked for longest made room");
        kept.Keep("a", "2", one);
        Assert.That((kept.Find("a", "1"), kept.Find("a", "2")), Is.EqualTo(((UsageTally?)null, one)));
        KeptTallies small = new(one.Bytes, TimeProvider.System);
        small.Keep("a", "1", one);
        Assert.That(small.Find("a", "1"), Is.Null, "what would leave no room for others is not kept");
    }

    private static (long Number, long[] Sums) Told(UsageTally tally, int group) => (tally.Axes[0].Number(tally.PlaceOn(group, 0)), [.. Enumerable.Range(0, UsageBlock.Sums).Select(c => tally.Value(group, c))]);

    private static UsageTally Made(int seed)
    {
        UsageTally tally = new([new TallyAxis(TallyBy.Person)], new TallyFilter());
        Fill(tally, seed, 8);
        return tally;
    }

    private static void Fill(UsageTally tally, int seed, int blocks)
    {
        Random random = new(seed);
        using UsageBlock block = new();
        for (int b = 0, person = 0; b < blocks; b++)
        {
            block.Clear();
            while (block.HasRoom)
            {
                long[] row = new long[UsageBlock.Keys + UsageBlock.Sums];
                row[UsageBlock.Person] = 1 + ((person++ * 7L) % People);
                for (int c = 0; c < UsageBlock.Sums; c++)
                {
                    // Many alike, some below zero, a column of nothing, and one beyond four octets.
                    row[UsageBlock.Keys + c] = c switch { 5 => 0, 13 => random.NextInt64(-5_000_000_000, 9_000_000_000), _ => random.Next(-1, 4) };
                }

                block.Add(row);
            }

            tally.Add(block, 1);
        }
    }
}
