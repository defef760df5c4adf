using CopyTrack.Server.Reports.Packs;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>Sums in memory: closed ones tell what open ones did, in any order, alone, with others and beside others.</summary>
internal sealed class UsageTallyTests
{
    private const int People = 1500;

    [Test]
    public void Closed_tally_tells_the_same_in_order()
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

    }

    [Test]
    public void Pages_of_split_sums_tell_each_row_once_where_figures_are_alike()
    {
        UsageTally tally = new([new TallyAxis(TallyBy.Person), new TallyAxis(TallyBy.Day)], new TallyFilter());
        using UsageBlock block = new();
        for (int day = 1; day <= 5; day++)
        {
            block.Clear();
            for (int person = 1; person <= 300; person++)
            {
                block.Add([1 + ((person * 7) % 300), 0, 9, 0, 0, 1, person % 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            }

            tally.Add(block, day);
        }

        tally.Close();
        foreach (int column in new[] { 0, 1, 5 })
        {
            int[] kept = [.. Enumerable.Range(0, 15).SelectMany(page => TallyTop.Of(tally, column, page * 100, 100))];
            int[] figured = [.. Enumerable.Range(0, 15).SelectMany(page => TallyTop.Of(tally.Groups, g => tally.Value(g, column), g => tally.Axes[0].Number(tally.PlaceOn(g, 0)), page * 100, 100))];
            Assert.That(kept, Is.Unique.And.Length.EqualTo(1500), $"column {column}");
            Assert.That(figured, Is.EqualTo(kept), "whichever way a page is found");
        }
    }

    [Test]
    public void Whoever_has_no_name_any_more_is_left_out_although_they_were_changed_a_moment_ago()
    {
        NamesInOrder all = new(default);
        all.Add(1, "Anna");
        all.Add(2, "Bert");
        all.Add(3, "Cleo");
        NamesInOrder changed = new(default, all.Close());
        changed.Add(2, "Zoe");
        changed.Close();
        Assert.That(changed.People(), Is.EqualTo(new long[] { 1, 3, 2 }));

        changed.Leave(2);

        Assert.That(changed.People(), Is.EqualTo(new long[] { 1, 3 }), "or who looks at the page would ask for ever");
        Assert.That(all.People(), Is.EqualTo(new long[] { 1, 3 }));
    }

    [TestCase(8, 4, 0)]
    [TestCase(1, 4, 0)]
    [TestCase(0, 1, 0)]
    [TestCase(8, 0, 0)]
    [TestCase(4, 1, 3_000_000_000)]
    public void Closed_tally_with_another_one_is_what_both_come_to_and_neither_changes(int blocks, int more, long large)
    {
        UsageTally tally = New(), other = New(), expected = New();
        Fill(tally, 4711, blocks);
        Fill(expected, 4711, blocks);
        Fill(other, 17, more);
        Fill(expected, 17, more);
        using UsageBlock block = new();
        block.Add([3, 0, 9, 0, 0, .. Enumerable.Range(0, UsageBlock.Sums).Select(c => c * large)]);
        other.Add(block, 1);
        expected.Add(block, 1);
        (long, CopyTrack.Accounting.Ledger.PageCounts) total = tally.Total();

        UsageTally both = tally.Close().Plus(other.Close());

        Assert.That(both.Total(), Is.EqualTo(expected.Total()));
        Assert.That(Numbered(both), Is.EqualTo(Numbered(expected)));
        Assert.That(TallyTop.Of(both, 3, 0, 5000).Select(g => both.Value(g, 3)), Is.EqualTo(Enumerable.Range(0, expected.Groups).Select(g => expected.Value(g, 3)).OrderDescending()));
        Assert.That(tally.Total(), Is.EqualTo(total));

        static UsageTally New() => new([new TallyAxis(TallyBy.Person), new TallyAxis(TallyBy.Device)], new TallyFilter());

        static string[] Numbered(UsageTally tally) => [.. Enumerable.Range(0, tally.Groups).Select(g => $"{tally.Axes[0].Number(tally.PlaceOn(g, 0))} {tally.Axes[1].Number(tally.PlaceOn(g, 1))} {tally.Amount(g)}").Order(StringComparer.Ordinal)];
    }

    [Test]
    public void Combinations_of_two_periods_stand_beside_each_other_months_and_days_at_their_places()
    {
        UsageTally now = Days(101, (1, 5), (2, 6)), before = Days(71, (2, 7), (3, 8), (1, 9));
        TallyPair pair = new(now, before, (0, 30));

        Assert.That(Enumerable.Range(0, pair.Count).Select(at => (pair.Number(at), pair.Now(at, 1), pair.Before(at, 1))).Order(), Is.EqualTo(new[] { (1L, 5L, 9L), (2, 6, 7), (3, 0, 8) }));
        Assert.That(new TallyPair(now, before, (0, 29)).Count, Is.EqualTo(5), "another day is another one");
        UsageTally here = New(TallyBy.Person), there = New(TallyBy.Person);
        Fill(here, 1, 1);
        Fill(there, 2, 2);
        TallyPair people = new(here.Close(), there.Close(), default);
        Assert.That(Enumerable.Range(0, people.Count).Select(at => people.Known(people.Number(at))), Is.EqualTo(Enumerable.Range(0, people.Count)));
        Assert.That((people.Count, people.Known(7_000_000)), Is.EqualTo((there.Groups, -1)));
        int[] first = TallyTop.Of(people.Count, at => people.Before(at, 3), people.Number, 0, 600), page = TallyTop.Of(people.Count, at => people.Before(at, 3), people.Number, 40, 20);
        Assert.That(page, Is.EqualTo(first[40..60]), "near the beginning as where all are put in order");

        static UsageTally New(TallyBy by) => new([new TallyAxis(by)], new TallyFilter());

        static UsageTally Days(int day, params (long Person, long Pages)[] rows)
        {
            UsageTally tally = new([new TallyAxis(TallyBy.Person), new TallyAxis(TallyBy.Day)], new TallyFilter());
            foreach ((long person, long pages) in rows)
            {
                using UsageBlock block = new();
                block.Add([person, 0, 0, 0, 0, 1, pages, .. new long[UsageBlock.Sums - 2]]);
                tally.Add(block, day);
            }

            return tally.Close();
        }
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
