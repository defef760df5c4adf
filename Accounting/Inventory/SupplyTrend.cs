using System.Collections.Immutable;

namespace CopyTrack.Accounting.Inventory;

/// <summary>How full a supply or a tray was on a day. <see cref="Kind"/> is <c>supply</c> or <c>tray</c>.</summary>
public sealed record DayLevel(string Name, string Kind, int Percent);

/// <summary>How fast a supply goes: points of per cent a day, and whole days until it is used up, counted from the day asked about.</summary>
public sealed record SupplyForecast(double PercentPerDay, int DaysLeft);

/// <summary>Levels to remember from an inventory, and when a supply will be used up. Pure.</summary>
public static class SupplyTrend
{
    private const int MostLevels = 64, LongestName = 100, FarDays = 365, RefillPoints = 5, LeastDays = 3, LeastFall = 2;

    /// <summary>
    /// What a report says in per cent: supplies but waste containers, which makers count either way, and paper trays that tell level and capacity. At most 64, each name once.
    /// </summary>
    public static ImmutableArray<DayLevel> Levels(ProbeReport report)
    {
        var supplies = report.Supplies.Where(s => s.Percent is >= 0 and <= 100 && !s.Kind.StartsWith("waste", StringComparison.Ordinal))
            .Select(s => new DayLevel(Bound(s.Description ?? $"{s.Kind} {s.Color}".Trim()), "supply", s.Percent!.Value));
        var trays = report.Trays.Where(t => t is { Level: >= 0, Capacity: > 0 } && t.Level <= t.Capacity)
            .Select(t => new DayLevel(Bound(t.Name ?? t.Index), "tray", (int)(100 * t.Level!.Value / t.Capacity!.Value)));
        return [.. supplies.Concat(trays).DistinctBy(l => l.Name).Take(MostLevels)];
    }

    /// <summary>
    /// The forecast out of levels by day, oldest first, as of <paramref name="today"/>: a straight line through the days since the last refill (a rise of more than 5 points).
    /// Null where that tells nothing yet: fewer than three days, or a fall of less than 2 points.
    /// </summary>
    public static SupplyForecast? Forecast(IReadOnlyList<(int Day, int Percent)> levels, int today)
    {
        var from = levels.Count - 1;
        while (from > 0 && levels[from].Percent - levels[from - 1].Percent <= RefillPoints)
        {
            from--;
        }

        (int Day, int Percent)[] run = [.. levels.Skip(Math.Max(0, from))];
        if (run.Length < LeastDays || run[0].Percent - run[^1].Percent < LeastFall)
        {
            return null;
        }

        double days = run.Average(l => (double)l.Day), percent = run.Average(l => (double)l.Percent);
        var spread = run.Sum(l => (l.Day - days) * (l.Day - days));
        var slope = run.Sum(l => (l.Day - days) * (l.Percent - percent)) / spread;
        if (spread == 0 || slope >= 0)
        {
            return null;
        }

        var left = (run[^1].Percent / -slope) - (today - run[^1].Day);
        return new SupplyForecast(-slope, (int)Math.Clamp(Math.Floor(left), 0, FarDays));
    }

    private static string Bound(string name) => name.Length > LongestName ? name[..LongestName] : name;
}
