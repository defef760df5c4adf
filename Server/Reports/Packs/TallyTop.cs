namespace CopyTrack.Server.Reports.Packs;

/// <summary>The first of the combinations of a tally. Pure.</summary>
internal static class TallyTop
{
    private const int Few = 500;

    /// <summary>
    /// Combinations with the greatest sums of a column downwards, <paramref name="count"/> after the first <paramref name="skip"/>; among equal ones by the number on the first axis.
    /// For a page near the beginning of hundred thousands keeps no more than are asked for; else all are put in order once for as long as the tally is kept.
    /// </summary>
    public static int[] Of(UsageTally tally, int column, int skip, int count)
    {
        long most = Math.Min((long)skip + count, tally.Groups);
        if (most > Few)
        {
            return tally.Order(column)[(int)Math.Min(skip, most)..(int)most];
        }

        PriorityQueue<int, (long Sum, long Number, int Group)> first = new(Comparer<(long Sum, long Number, int Group)>.Create(static (a, b) => Compare(b, a)));
        for (int group = 0; group < tally.Groups; group++)
        {
            (long Sum, long Number, int Group) rank = (tally.Value(group, column), tally.Axes[0].Number(tally.PlaceOn(group, 0)), group);
            if (first.Count < most)
            {
                first.Enqueue(group, rank);
            }
            else if (most > 0 && first.TryPeek(out _, out var last) && Compare(rank, last) < 0)
            {
                first.DequeueEnqueue(group, rank);
            }
        }

        int[] chosen = new int[first.Count];
        for (int at = chosen.Length - 1; at >= 0; at--)
        {
            chosen[at] = first.Dequeue();
        }

        return skip >= chosen.Length ? [] : chosen[skip..];
    }

    /// <summary>Below zero when the first one comes first.</summary>
    private static int Compare((long Sum, long Number, int Group) a, (long Sum, long Number, int Group) b) =>
        a.Sum != b.Sum ? b.Sum.CompareTo(a.Sum) : a.Number != b.Number ? a.Number.CompareTo(b.Number) : a.Group.CompareTo(b.Group);
}
