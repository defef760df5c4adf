using System.Collections.Concurrent;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>The sums of a tally to which nothing more is added, column by column in four or eight octets each; columns of zeros take nothing. Safe for use by many threads.</summary>
internal sealed class TallyColumns
{
    private readonly Array?[] columns = new Array?[UsageBlock.Sums];
    private readonly long[] totals = new long[UsageBlock.Sums];
    private readonly ConcurrentDictionary<int, int[]> orders = new();
    private readonly int groups;

    /// <summary>Those of combinations one after the other, as <see cref="UsageTally"/> adds them up.</summary>
    public TallyColumns(long[] sums, int groups)
    {
        this.groups = groups;
        for (int c = 0; c < UsageBlock.Sums; c++)
        {
            long min = 0, max = 0;
            for (int at = c; at < groups * UsageBlock.Sums; at += UsageBlock.Sums)
            {
                (min, max) = (Math.Min(min, sums[at]), Math.Max(max, sums[at]));
                totals[c] += sums[at];
            }

            columns[c] = (min, max) switch { (0, 0) => null, ( >= int.MinValue, <= int.MaxValue) => new int[groups], _ => new long[groups] };
            for (int g = 0; g < groups && columns[c] is not null; g++)
            {
                if (columns[c] is int[] small)
                {
                    small[g] = (int)sums[(g * UsageBlock.Sums) + c];
                }
                else
                {
                    ((long[])columns[c]!)[g] = sums[(g * UsageBlock.Sums) + c];
                }
            }
        }
    }

    private TallyColumns(int groups) => this.groups = groups;

    /// <summary>Octets that they take, about.</summary>
    public long Bytes => columns.Sum(c => c switch { int[] => groups * 4L, long[] => groups * 8L, _ => 0 }) + (orders.Count * groups * 4L);

    /// <summary>A sum of a combination.</summary>
    public long this[int group, int column] => columns[column] switch { int[] small => small[group], long[] large => large[group], _ => 0 };

    /// <summary>What all combinations come to.</summary>
    public long Total(int column) => totals[column];

    /// <summary>Adds a column to sums of other combinations; below zero for those that are left out.</summary>
    public void AddTo(long[] sums, int[] into, int column)
    {
        if (columns[column] is int[] small)
        {
            for (int g = 0; g < into.Length; g++)
            {
                if (into[g] >= 0)
                {
                    sums[(into[g] * UsageBlock.Sums) + column] += small[g];
                }
            }
        }
        else if (columns[column] is long[] large)
        {
            for (int g = 0; g < into.Length; g++)
            {
                if (into[g] >= 0)
                {
                    sums[(into[g] * UsageBlock.Sums) + column] += large[g];
                }
            }
        }
    }

    /// <summary>These with others, each added to the combination that <paramref name="into"/> says, of <paramref name="count"/>; a column to which nothing is added stays as it is.</summary>
    public TallyColumns Plus(TallyColumns other, int[] into, int count)
    {
        TallyColumns both = new(count);
        for (int c = 0; c < UsageBlock.Sums; c++)
        {
            both.totals[c] = totals[c] + other.totals[c];
            both.columns[c] = other.columns[c] is null && count == groups ? columns[c] : Added(c, other, into, count);
        }

        return both;
    }

    private Array? Added(int column, TallyColumns other, int[] into, int count)
    {
        if (columns[column] is null && other.columns[column] is null)
        {
            return null;
        }

        if (columns[column] is not long[] && other.columns[column] is not long[])
        {
            int[] small = new int[count];
            (columns[column] as int[])?.CopyTo(small, 0);
            int g = 0;
            for (; g < into.Length && small[into[g]] + other[g, column] is >= int.MinValue and <= int.MaxValue and var sum; g++)
            {
                small[into[g]] = (int)sum;
            }

            if (g == into.Length)
            {
                return small;
            }
        }

        long[] large = new long[count];
        for (int g = 0; g < groups; g++)
        {
            large[g] = this[g, column];
        }

        for (int g = 0; g < into.Length; g++)
        {
            large[into[g]] += other[g, column];
        }

        return large;
    }

    /// <summary>Combinations by a column downwards, among equal ones by their <paramref name="numbers"/>; made once.</summary>
    public int[] Order(int column, Func<long[]> numbers) => orders.GetOrAdd(column, c =>
    {
        long[] keys = numbers();
        int[] order = TallyTop.ByNumber(groups, g => keys[g]);
        if (columns[c] is null)
        {
            return order;
        }

        // By the sum downwards and then by where a combination stood by its number.
        Int128[] ranks = new Int128[groups];
        for (int i = 0; i < groups; i++)
        {
            ranks[i] = ((Int128)(-this[order[i], c]) << 32) + i;
        }

        Array.Sort(ranks, order);
        return order;
    });
}
