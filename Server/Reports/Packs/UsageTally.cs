using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>Which rows count; null members do not narrow. <see cref="Owned"/>: true for what belongs to people, false for what belongs to no one.</summary>
internal sealed record TallyFilter
{
    public bool? Owned { get; init; }
    public Func<long, bool>? People { get; init; }
    public Func<long, bool>? Devices { get; init; }
    public long? Project { get; init; }
    public int? Function { get; init; }
    public int? Cause { get; init; }
}

/// <summary>Adds rows of usage up by some axes. Pure; not safe for use by two threads.</summary>
internal sealed class UsageTally(ImmutableArray<TallyAxis> axes, TallyFilter filter)
{
    private readonly Slots[] pairs = [.. axes.Skip(1).Select(_ => new Slots())];
    private readonly int[] rows = new int[UsageBlock.Most];
    private readonly int[] groups = new int[UsageBlock.Most];
    private long[] sums = new long[UsageBlock.Sums];
    private bool any;

    /// <summary>How many combinations there are; 1 without an axis once a row counted.</summary>
    public int Groups { get; private set; }

    /// <summary>What is kept apart.</summary>
    public ImmutableArray<TallyAxis> Axes => axes;

    /// <summary>Adds the rows of a block, all of one day (its number).</summary>
    public void Add(UsageBlock block, int day)
    {
        ReadOnlySpan<int> chosen = rows.AsSpan(0, Choose(block));
        if (chosen.IsEmpty)
        {
            return;
        }

        any = true;
        Span<int> into = groups.AsSpan(0, chosen.Length);
        Place(block, day, chosen, into);
        Groups = axes.IsEmpty ? 1 : Math.Max(Groups, Highest(into) + 1);
        if (Groups * UsageBlock.Sums > sums.Length)
        {
            Array.Resize(ref sums, Math.Max(sums.Length * 2, Groups * UsageBlock.Sums));
        }

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

    /// <summary>A sum of a combination, by its position among the columns that are added up.</summary>
    public long Value(int group, int column) => sums[(group * UsageBlock.Sums) + column];

    /// <summary>Jobs and counts of a combination.</summary>
    public (long Jobs, PageCounts Counts) Amount(int group) => Amount(sums.AsSpan(group * UsageBlock.Sums, UsageBlock.Sums));

    /// <summary>Jobs and counts of all.</summary>
    public (long Jobs, PageCounts Counts) Total()
    {
        Span<long> total = stackalloc long[UsageBlock.Sums];
        total.Clear();
        for (int at = 0; any && at < Groups * UsageBlock.Sums; at += UsageBlock.Sums)
        {
            for (int c = 0; c < UsageBlock.Sums; c++)
            {
                total[c] += sums[at + c];
            }
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

        if (filter.Function is { } function)
        {
            count = Keep(block.Column(UsageBlock.Function), count, v => v == function);
        }

        if (filter.Cause is { } cause)
        {
            count = Keep(block.Column(UsageBlock.Cause), count, v => v == cause);
        }

        if (filter.Project is { } project)
        {
            count = Keep(block.Column(UsageBlock.Project), count, v => v == project);
        }

        count = filter.Devices is { } devices ? Keep(block.Column(UsageBlock.Device), count, devices) : count;
        return filter.People is { } people ? Keep(block.Column(UsageBlock.Person), count, people) : count;
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
