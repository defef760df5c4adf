using CopyTrack.Server.Reports.Packs;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

internal sealed class UsageBlockTests
{
    private const int Columns = UsageBlock.Keys + UsageBlock.Sums;

    [Test]
    public void Rows_come_out_of_a_pack_as_they_went_in([Range(0, 40)] int seed)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, seed == 1 ? UsageBlock.Most : random.Next(60)).Select(_ => Enumerable.Range(0, Columns).Select(c => Number(random, c + seed)).ToArray()).ToArray();
        using UsageBlock written = new(), read = new();
        foreach (var row in rows)
        {
            Assert.That(written.HasRoom);
            written.Add(row);
        }

        read.Read(written.ToPack());

        Assert.That(read.Count, Is.EqualTo(rows.Length));
        for (var c = 0; c < Columns; c++)
        {
            Assert.That(read.Column(c).ToArray(), Is.EqualTo(rows.Select(r => r[c])), $"column {c}");
            Assert.That(rows.Length == 0 || !read.IsZero(c) || rows.All(r => r[c] == 0));
        }

        Assert.That(read.ToPack(), Is.EqualTo(written.ToPack()), "what was read can be written again");
    }

    [Test]
    public void Pack_that_is_cut_short_or_of_another_form_is_refused_at_every_length()
    {
        using UsageBlock block = new();
        block.Add([.. Enumerable.Range(0, Columns).Select(c => 1L << c)]);
        block.Add([.. Enumerable.Range(0, Columns).Select(c => -(1L << (3 * c)))]);
        var pack = block.ToPack();
        for (var length = 0; length < pack.Length; length++)
        {
            Assert.That(() => block.Read(pack.AsMemory(0, length)), Throws.TypeOf<InvalidDataException>(), $"{length} octets");
        }

        pack[0] = 9;
        Assert.That(() => block.Read(pack), Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public void Numbers_keep_the_places_that_they_were_given()
    {
        var random = new Random(7);
        Slots slots = new();
        Dictionary<long, int> expected = [];
        for (var i = 0; i < 20_000; i++)
        {
            var number = random.Next(3) == 0 ? random.Next(-50, 5000) : random.NextInt64(long.MinValue, long.MaxValue);
            if (!expected.TryGetValue(number, out var place))
            {
                Assert.That(slots.Known(number), Is.EqualTo(-1));
                expected[number] = place = expected.Count;
            }

            Assert.That(slots.Of(number), Is.EqualTo(place));
        }

        Assert.That(slots.Count, Is.EqualTo(expected.Count));
        Assert.That(expected.All(e => slots[e.Value] == e.Key && slots.Known(e.Key) == e.Value));
    }

    /// <summary>Numbers of all sizes, most columns narrow.</summary>
    private static long Number(Random random, int kind) => (kind % 6) switch
    {
        0 => 0, 1 => random.Next(-3, 200), 2 => random.Next(60_000), 3 => random.Next(), 4 => random.NextInt64(long.MinValue, long.MaxValue), _ => 42,
    };
}
