using System.Collections.Immutable;

namespace CopyTrack.Accounting.Tests.Sessions;

/// <summary>
/// A copier that knows nothing of the ledger: pages come at times, each counter shows a page some time later, a board swap sets all to zero.
/// </summary>
public sealed class PaperEngine
{
    private readonly PaperModel model;
    private readonly TimeSpan[] lags;
    private readonly long[] starts;
    private readonly List<PaperPage> pages = [];
    private readonly List<long>[] sums;
    private readonly List<(TimeSpan From, TimeSpan To)> working = [];
    private TimeSpan? swapped;

    public PaperEngine(PaperModel model, Random random, TimeSpan longestLag, bool nearWrap)
    {
        this.model = model;
        var common = random.Next(100, 90_000);
        starts = [.. model.Set.Counters.Select(c => nearWrap && c.Modulus > 0 ? (c.Modulus - random.Next(1, 25)) & ~1L : (common + random.Next(9000)) & ~1L)];
        lags = [.. model.Set.Counters.Select(_ => longestLag * random.NextDouble())];
        sums = [.. model.Set.Counters.Select(_ => new List<long> { 0 })];
    }

    public IReadOnlyList<PaperPage> Pages => pages;

    public TimeSpan Booted { get; set; } = TimeSpan.FromHours(-5);

    public string Serial { get; private set; } = "SN-1";

    /// <summary>Puts pages on paper one after the other; later calls must be later in time. Returns when the last is out.</summary>
    public TimeSpan Run(TimeSpan at, int count, Work work, bool color, bool large, bool duplex, long? person, TimeSpan perPage)
    {
        var from = at;
        for (var i = 0; i < count; i++)
        {
            at += perPage;
            var page = new PaperPage(at, work, color, large, duplex && i % 2 == 1, person);
            pages.Add(page);
            for (var c = 0; c < sums.Length; c++)
            {
                sums[c].Add(sums[c][^1] + model.Adds[c](page));
            }
        }

        working.Add((from, at));
        return at;
    }

    public bool Idle(TimeSpan at) => !working.Exists(w => w.From <= at && at < w.To);

    public TimeSpan FreeAt => working.Count == 0 ? TimeSpan.Zero : working[^1].To;

    public void PowerCycle(TimeSpan at) => Booted = at;

    public void SwapBoard(TimeSpan at, bool serial)
    {
        Booted = at;
        swapped = at;
        Serial = serial ? Serial + "x" : Serial;
    }

    /// <summary>What each counter shows at the time given for it.</summary>
    public ImmutableArray<long?> Show(Func<int, TimeSpan> at) => [.. model.Set.Counters.Select(c =>
    {
        var made = Count(at(c.Index) - lags[c.Index]);
        var value = swapped is { } s && at(c.Index) >= s
            ? Math.Max(0, sums[c.Index][made] - sums[c.Index][Math.Min(made, Count(s))])
            : starts[c.Index] + sums[c.Index][made];
        return (long?)(c.Modulus > 0 ? value % c.Modulus : value);
    })];

    private int Count(TimeSpan until)
    {
        var (low, high) = (0, pages.Count);
        while (low < high)
        {
            var mid = (low + high) / 2;
            (low, high) = pages[mid].Made <= until ? (mid + 1, high) : (low, mid);
        }

        return low;
    }
}
