using CopyTrack.Server.Data.Journal;

namespace CopyTrack.Server.Data.Reports;

/// <summary>
/// A span of days cut for the roll-ups: whole months, and the days before and after them. Bounds are numbers of days and months as in the
/// roll-ups' keys, from inclusive, to exclusive; an empty part has equal bounds.
/// </summary>
internal sealed record UsageSpan(
    long MonthFrom, long MonthTo, long HeadFrom, long HeadTo, long HeadMonth, long TailFrom, long TailTo, long TailMonth, long DayFrom, long DayTo)
{
    /// <summary>Cuts [from, to); a span that ends before it begins is empty.</summary>
    public static UsageSpan Of(DateOnly from, DateOnly to)
    {
        to = to < from ? from : to;
        var firstWhole = from.Day == 1 ? from : new DateOnly(from.Year, from.Month, 1).AddMonths(1);
        var lastWhole = new DateOnly(to.Year, to.Month, 1);
        if (firstWhole >= lastWhole)
        {
            // No whole month: head up to the first of a month inside, tail from there.
            var cut = firstWhole < to ? firstWhole : to;
            return new UsageSpan(
                0, 0, from.DayNumber, cut.DayNumber, ChangeSet.MonthOf(from), cut.DayNumber, to.DayNumber, ChangeSet.MonthOf(cut), from.DayNumber, to.DayNumber);
        }

        return new UsageSpan(
            ChangeSet.MonthOf(firstWhole), ChangeSet.MonthOf(lastWhole), from.DayNumber, firstWhole.DayNumber, ChangeSet.MonthOf(from),
            lastWhole.DayNumber, to.DayNumber, ChangeSet.MonthOf(lastWhole), from.DayNumber, to.DayNumber);
    }
}
