namespace CopyTrack.Server.Reports.Packs;

/// <summary>
/// The combinations of a closed tally beside the same ones of another period: first all of the period that is shown, then those that only the other one has. Without another period just the
/// tally's own. Pure.
/// </summary>
internal sealed class TallyPair
{
    private readonly UsageTally now;
    private readonly UsageTally? before;
    private readonly int[] beside = [];
    private readonly List<int> alone = [];

    /// <summary>Those of two tallies by the same axes; months and days stand beside those that are so many later.</summary>
    public TallyPair(UsageTally now, UsageTally? before, (int Months, int Days) later)
    {
        (this.now, this.before) = (now, before);
        if (before is not null)
        {
            beside = new int[now.Groups];
            beside.AsSpan().Fill(-1);
            for (int group = 0; group < before.Groups; group++)
            {
                int same = now.Known(before, group, later);
                if (same < 0)
                {
                    alone.Add(group);
                }
                else
                {
                    beside[same] = group;
                }
            }
        }
    }

    /// <summary>How many combinations there are in either.</summary>
    public int Count => now.Groups + alone.Count;

    /// <summary>The combination of each tally at a place; -1 where one has none.</summary>
    public (int Now, int Before) this[int at] => at < now.Groups ? (at, before is null ? -1 : beside[at]) : (-1, alone[at - now.Groups]);

    /// <summary>A sum of the period that is shown.</summary>
    public long Now(int at, int column) => at < now.Groups ? now.Value(at, column) : 0;

    /// <summary>The same of the other period.</summary>
    public long Before(int at, int column) => this[at].Before is >= 0 and var group ? before!.Value(group, column) : 0;

    /// <summary>The number on the first axis.</summary>
    public long Number(int at) => at < now.Groups ? now.Axes[0].Number(now.PlaceOn(at, 0)) : before!.Axes[0].Number(before.PlaceOn(alone[at - now.Groups], 0));

    /// <summary>The place of a number where it is the only axis, -1 when it has none.</summary>
    public int Known(long number)
    {
        if (now.Axes[0].Known(number) is >= 0 and var here)
        {
            return here;
        }

        return before?.Axes[0].Known(number) is >= 0 and var there && alone.BinarySearch(there) is >= 0 and var at ? now.Groups + at : -1;
    }
}
