using CopyTrack.Server.Data.Journal;

namespace CopyTrack.Server.Reports;

/// <summary>
/// A span of local days cut for the roll-ups: whole months, and the days before and after them. Numbers of days and months are those of the
/// roll-ups' keys; limits are inclusive, and a part that ends before it begins is empty.
/// </summary>
internal sealed record UsageSpan((int First, int Last) Head, (int First, int Last) Months, (int First, int Last) Tail)
{
    private static readonly (int First, int Last) s_none = (0, -1);

    /// <summary>Cuts the days from <paramref name="first"/> to <paramref name="last"/>, both inclusive. Without a whole month everything is head.</summary>
    public static UsageSpan Of(DateOnly first, DateOnly last)
    {
        DateOnly after = last.AddDays(1);
        DateOnly from = first.Day == 1 ? first : new DateOnly(first.Year, first.Month, 1).AddMonths(1);
        DateOnly to = new(after.Year, after.Month, 1);
        return from >= to
            ? new UsageSpan((first.DayNumber, last.DayNumber), s_none, s_none)
            : new UsageSpan(
                (first.DayNumber, from.DayNumber - 1), (ChangeSet.MonthOf(from), ChangeSet.MonthOf(to) - 1), (to.DayNumber, last.DayNumber));
    }
}
