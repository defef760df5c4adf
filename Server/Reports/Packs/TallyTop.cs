namespace CopyTrack.Server.Reports.Packs;

/// <summary>The first of many by a figure of each. Pure.</summary>
internal static class TallyTop
{
    private const int Few = 500;

    /// <summary>
    /// Combinations with the greatest sums of a column downwards, <paramref name="count"/> after the first <paramref name="skip"/>; among equal ones by the number on the first axis.
    /// Where many are passed, all are put in order once for as long as the tally is kept.
    /// </summary>
    public static int[] Of(UsageTally tally, int column, int skip, int count) => (long)skip + count > Few && tally.Groups > Few
        ? tally.Order(column)[Math.Min(skip, tally.Groups)..(int)Math.Min((long)skip + count, tally.Groups)]
        : Of(tally.Groups, g => tally.Value(g, column), g => tally.Axes[0].Number(tally.PlaceOn(g, 0)), skip, count);

    /// <summary>
    /// Of <paramref name="all"/> those with the greatest figures downwards, <paramref name="count"/> after the first <paramref name="skip"/>; among equal ones by their numbers.
    /// For a page near the beginning of hundred thousands keeps no more than are asked for.
    /// </summary>
    public static int[] Of(int all, Func<int, long> figure, Func<int, long> number, int skip, int count)
    {
        int most = (int)Math.Min((long)skip + count, all);
        if (most > Few)
        {
            return Sorted(all, figure, number)[Math.Min(skip, most)..most];
        }

        PriorityQueue<int, (long Figure, long Number, int At)> first = new(Comparer<(long Figure, long Number, int At)>.Create(static (a, b) => Compare(b, a)));
        for (int at = 0; at < all; at++)
        {
            (long Figure, long Number, int At) rank = (figure(at), number(at), at);
            if (first.Count < most)
            {
                first.Enqueue(at, rank);
            }
            else if (most > 0 && first.TryPeek(out _, out var last) && Compare(rank, last) < 0)
            {
                first.DequeueEnqueue(at, rank);
            }
        }

        int[] chosen = new int[first.Count];
        for (int at = chosen.Length - 1; at >= 0; at--)
        {
            chosen[at] = first.Dequeue();
        }

        return skip >= chosen.Length ? [] : chosen[skip..];
    }

    private static int[] Sorted(int all, Func<int, long> figure, Func<int, long> number)
    {
        int[] order = ByNumber(all, number);
        // By the figure downwards and then by where one stood by its number.
        Int128[] ranks = new Int128[all];
        for (int i = 0; i < all; i++)
        {
            ranks[i] = ((Int128)(~figure(order[i])) << 32) + i;
        }

        Array.Sort(ranks, order);
        return order;
    }

    /// <summary>All by their numbers, equal ones in the order that they have: which of them stands on which page must not depend on how it is found.</summary>
    public static int[] ByNumber(int all, Func<int, long> number)
    {
        int[] order = new int[all];
        Int128[] ranks = new Int128[all];
        for (int at = 0; at < all; at++)
        {
            (order[at], ranks[at]) = (at, ((Int128)number(at) << 32) + at);
        }

        Array.Sort(ranks, order);
        return order;
    }

    /// <summary>Below zero when the first one comes first.</summary>
    private static int Compare((long Figure, long Number, int At) a, (long Figure, long Number, int At) b) =>
        a.Figure != b.Figure ? b.Figure.CompareTo(a.Figure) : a.Number != b.Number ? a.Number.CompareTo(b.Number) : a.At.CompareTo(b.At);
}
