using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>Which rows count; null members do not narrow. <see cref="Owned"/>: true for what belongs to people, false for what belongs to no one.</summary>
internal sealed record TallyFilter
{
    public bool? Owned { get; init; }
    public long? Person { get; init; }
    public long? Device { get; init; }
    public long? Project { get; init; }

    /// <summary>Projects of which any counts; null for all.</summary>
    public ValueSet<long>? Projects { get; init; }
    public int? Function { get; init; }
    public int? Cause { get; init; }
}

/// <summary>Adds rows of usage up by some axes. Pure; not safe for use by two threads while something is added, and for any number of them once it is closed.</summary>
internal sealed class UsageTally
{
    private readonly ImmutableArray<TallyAxis> axes;
    private readonly TallyFilter filter;
    private readonly Slots[] pairs;
    private readonly int[] rows = new int[UsageBlock.Most];
    private readonly int[] groups = new int[UsageBlock.Most];
    private long[] sums = new long[UsageBlock.Sums];
    private TallyColumns? closed;

    /// <summary>One without rows.</summary>
    public UsageTally(ImmutableArray<TallyAxis> axes, TallyFilter filter)
        : this(axes, filter, [.. axes.Skip(1).Select(_ => new Slots())])
    {
    }

    private UsageTally(ImmutableArray<TallyAxis> axes, TallyFilter filter, Slots[] pairs) => (this.axes, this.filter, this.pairs) = (axes, filter, pairs);

    /// <summary>How many combinations there are; 1 without an axis once a row counted.</summary>
    public int Groups { get; private set; }

    /// <summary>What is kept apart.</summary>
    public ImmutableArray<TallyAxis> Axes => axes;

    /// <summary>Octets that a closed one takes, about.</summary>
    public long Bytes => (closed?.Bytes ?? sums.Length * 8L) + axes.Sum(a => a.Bytes) + pairs.Sum(p => p.Bytes);

    /// <summary>Adds the rows of a block, all of one day (its number).</summary>
    public void Add(UsageBlock block, int day)
    {
        ReadOnlySpan<int> chosen = rows.AsSpan(0, Choose(block));
        if (chosen.IsEmpty)
        {
            return;
        }

        Span<int> into = groups.AsSpan(0, chosen.Length);
        Place(block, day, chosen, into);
        Room(axes.IsEmpty ? 1 : Highest(into) + 1);
        for (int c = 0; c < UsageBlock.Sums; c++)
        {
            if (!block.IsZero(UsageBlock.Keys + c))
            {
                ReadOnlySpan<long> column = block.Column(UsageBlock.Keys + c);
                for (int i = 0; i < chosen.Length; i++)
                {
                    sums[(into[i] * UsageBlock.Sums) + c] += column[chosen[i]];
                }
            }
        }
    }

    /// <summary>
    /// Adds the combinations of a closed tally, each to the one that its <paramref name="numbers"/> stand for: of each axis of this one, those of the other one's combinations. What
    /// <paramref name="counts"/> is false for is left out.
    /// </summary>
    public void Add(UsageTally other, ReadOnlySpan<long[]> numbers, ReadOnlySpan<bool> counts)
    {
        int[] into = Into(other, numbers, counts);
        Room(into.Length == 0 ? 0 : into.Max() + 1);
        for (int c = 0; c < UsageBlock.Sums; c++)
        {
            other.closed!.AddTo(sums, into, c);
        }
    }

    /// <summary>Nothing more is added: the sums take as little as they can, and any number of threads may look at them.</summary>
    public UsageTally Close()
    {
        closed ??= new TallyColumns(sums, Groups);
        sums = [];
        return this;
    }

    /// <summary>A closed one with what another one by the same numbers holds; what nothing is added to is shared.</summary>
    public UsageTally Plus(UsageTally other)
    {
        UsageTally both = new([.. axes.Select(a => a.Copy())], filter, [.. pairs.Select(p => p.Copy())]) { Groups = Groups, sums = [] };
        int[] into = both.Into(other, [.. Enumerable.Range(0, axes.Length).Select(other.Numbers)], []);
        foreach (int group in into)
        {
            both.Groups = Math.Max(both.Groups, group + 1);
        }

        both.closed = closed!.Plus(other.closed!, into, both.Groups);
        return both;
    }

    /// <summary>A sum of a combination, by its position among the columns that are added up.</summary>
    public long Value(int group, int column) => closed is { } columns ? columns[group, column] : sums[(group * UsageBlock.Sums) + column];

    /// <summary>The values of an axis, one for each combination.</summary>
    public long[] Numbers(int axis)
    {
        long[] numbers = new long[Groups];
        for (int g = 0; g < numbers.Length; g++)
        {
            numbers[g] = axes[axis].Number(PlaceOn(g, axis));
        }

        return numbers;
    }

    /// <summary>Combinations by a column downwards, among equal ones by the number on the first axis; of a closed tally, and made once.</summary>
    public int[] Order(int column) => closed!.Order(column, () => Numbers(0));

    /// <summary>Jobs and counts of a combination.</summary>
    public (long Jobs, PageCounts Counts) Amount(int group)
    {
        Span<long> amount = stackalloc long[UsageBlock.Sums];
        for (int c = 0; c < UsageBlock.Sums; c++)
        {
            amount[c] = Value(group, c);
        }

        return Amount(amount);
    }

    /// <summary>Jobs and counts of all.</summary>
    public (long Jobs, PageCounts Counts) Total()
    {
        Span<long> total = stackalloc long[UsageBlock.Sums];
        total.Clear();
        for (int c = 0; c < UsageBlock.Sums; c++)
        {
            for (int g = 0; closed is null && g < Groups; g++)
            {
                total[c] += Value(g, c);
            }

            total[c] += closed?.Total(c) ?? 0;
        }

        return Amount(total);
    }

    /// <summary>Where a combination stands on an axis.</summary>
    public int PlaceOn(int group, int axis)
    {
        for (int a = axes.Length - 1; a > axis; a--)
        {
            group = (int)(pairs[a - 1][group] >> 32);
        }

        return axis == 0 ? group : (int)pairs[axis - 1][group];
    }

    /// <summary>The combination that stands for the same as one of another tally by the same axes, whose months and days are so many later here; -1 when there is none.</summary>
    public int Known(UsageTally other, int group, (int Months, int Days) later)
    {
        int at = 0;
        for (int a = 0; a < axes.Length && at >= 0; a++)
        {
            int place = axes[a].Known(other.axes[a], other.PlaceOn(group, a), axes[a].By switch { TallyBy.Month => later.Months, TallyBy.Day => later.Days, _ => 0 });
            at = place < 0 ? -1 : a == 0 ? place : pairs[a - 1].Known(((long)at << 32) | (uint)place);
        }

        return at;
    }

    /// <summary>Which combinations those of another one stand for here, below zero for those that do not count.</summary>
    private int[] Into(UsageTally other, ReadOnlySpan<long[]> numbers, ReadOnlySpan<bool> counts)
    {
        int[] into = new int[other.Groups];
        for (int g = 0; g < into.Length; g++)
        {
            int at = -1;
            if (counts.IsEmpty || counts[g])
            {
                at = 0;
                for (int a = 0; a < axes.Length; a++)
                {
                    int place = axes[a].PlaceOf(numbers[a][g]);
                    at = a == 0 ? place : pairs[a - 1].Of(((long)at << 32) | (uint)place);
                }
            }

            into[g] = at;
        }

        return into;
    }

    /// <summary>Makes room for so many combinations.</summary>
    private void Room(int count)
    {
        Groups = Math.Max(Groups, count);
        if (Groups * UsageBlock.Sums > sums.Length)
        {
            Array.Resize(ref sums, Math.Max(sums.Length * 2, Groups * UsageBlock.Sums));
        }
    }

    /// <summary>Finds the combination of each row: the place on the first axis, then the pair of what is known with the place on the next one.</summary>
    private void Place(UsageBlock block, int day, ReadOnlySpan<int> chosen, Span<int> into)
    {
        into.Clear();
        for (int a = 0; a < axes.Length; a++)
        {
            TallyAxis axis = axes[a];
            if (axis.Column < 0)
            {
                long place = axis.PlaceOf(axis.By == TallyBy.Month ? Data.Journal.ChangeSet.MonthOf(DateOnly.FromDayNumber(day)) : day);
                for (int i = 0; i < into.Length; i++)
                {
                    into[i] = a == 0 ? (int)place : pairs[a - 1].Of(((long)into[i] << 32) | place);
                }

                continue;
            }

            ReadOnlySpan<long> column = block.Column(axis.Column);
            for (int i = 0; i < into.Length; i++)
            {
                long place = axis.PlaceOf(column[chosen[i]]);
                into[i] = a == 0 ? (int)place : pairs[a - 1].Of(((long)into[i] << 32) | place);
            }
        }
    }

    /// <summary>Finds the rows that count, and returns how many they are.</summary>
    private int Choose(UsageBlock block)
    {
        int count = block.Count;
        for (int i = 0; i < count; i++)
        {
            rows[i] = i;
        }

        if (filter.Owned is { } owned)
        {
            count = Keep(block.Column(UsageBlock.Person), count, v => v != 0 == owned);
        }

        if (filter.Projects is { } projects)
        {
            count = Keep(block.Column(UsageBlock.Project), count, projects.Has);
        }

        foreach ((int column, long? value) in new (int, long?)[] { (UsageBlock.Function, filter.Function), (UsageBlock.Cause, filter.Cause), (UsageBlock.Project, filter.Project), (UsageBlock.Device, filter.Device), (UsageBlock.Person, filter.Person) })
        {
            count = value is { } one ? Keep(block.Column(column), count, v => v == one) : count;
        }

        return count;
    }

    private int Keep(ReadOnlySpan<long> column, int count, Func<long, bool> counts)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (counts(column[rows[i]]))
            {
                rows[kept++] = rows[i];
            }
        }

        return kept;
    }

    private static int Highest(ReadOnlySpan<int> all)
    {
        int highest = 0;
        foreach (int one in all)
        {
            highest = Math.Max(highest, one);
        }

        return highest;
    }

    private static (long Jobs, PageCounts Counts) Amount(ReadOnlySpan<long> s) => (s[0], new PageCounts(s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], s[9], s[10], s[11], s[12], s[13]));
}
