using System.Collections.Immutable;

namespace CopyTrack.Accounting.Inventory;

/// <summary>How full a supply or a tray is. <see cref="Kind"/> is <c>supply</c> or <c>tray</c>, <see cref="Supply"/> the index in the report, which stays when its name changes.</summary>
public sealed record DayLevel(string Kind, string Supply, int Percent)
{
    /// <summary>What people call it; null where nobody said.</summary>
    public string? Name { get; init; }
}

/// <summary>When a supply is used up: the day (number of the UTC calendar).</summary>
public sealed record SupplyForecast(int LastDay)
{
    /// <summary>How fast it goes, in points of per cent a day; null where only the day was kept.</summary>
    public double? PercentPerDay { get; init; }

    /// <summary>Whole days from <paramref name="today"/> until it is used up; 0 for a day that has passed.</summary>
    public int DaysLeft(int today) => Math.Max(0, LastDay - today);

    /// <summary>Begin of the day on which it is used up, not before today.</summary>
    public DateTimeOffset RunsOutAt(int today) => new(DateOnly.FromDayNumber(today + DaysLeft(today)), default, TimeSpan.Zero);
}

/// <summary>Levels to remember from an inventory, and when a supply will be used up. Pure.</summary>
public static class SupplyTrend
{
    /// <summary>Kinds of levels.</summary>
    public const string SupplyKind = "supply", TrayKind = "tray";

    /// <summary>Days of which levels tell about use: half a year is the life of a cartridge in a device that little is printed with; paper goes quicker.</summary>
    public static int HistoryOf(string kind) => kind == TrayKind ? 28 : 180;

    // Levels are told in whole per cent and jump a little: a rise below this is noise, one of it a new cartridge.
    private const int Refill = 10;

    // Less than this tells nothing about use; what lies further away than two years is no forecast any more.
    private const int LeastDays = 2, LeastUsed = 3, FarDays = 730;

    private const int MostLevels = 64;

    /// <summary>
    /// What a report says in per cent: supplies but waste containers, which makers count either way, and paper trays that tell level and capacity. At most 64, each once.
    /// </summary>
    public static ImmutableArray<DayLevel> Levels(ProbeReport report)
    {
        var supplies = report.Supplies.Where(s => s.Percent is >= 0 and <= 100 && !s.Kind.StartsWith("waste", StringComparison.Ordinal)).Select(s => (Kind: SupplyKind, s.Index, Percent: s.Percent!.Value));
        var trays = report.Trays.Select(t => (t.Index, Percent: PercentOf(t))).Where(t => t.Percent is not null).Select(t => (Kind: TrayKind, t.Index, Percent: t.Percent!.Value));
        return
        [
            .. supplies.Concat(trays).DistinctBy(l => (l.Kind, l.Index)).Take(MostLevels)
                .Select(l => new DayLevel(l.Kind, l.Index, l.Percent) { Name = SupplyNames.Of(report, l.Kind, l.Index) }),
        ];
    }

    /// <summary>
    /// Levels of a report that have to be written: all on the first look of a day, later those that are others than in the report before. Null for <paramref name="before"/> is the first look of all.
    /// </summary>
    public static ImmutableArray<DayLevel> News(ProbeReport? before, DateTimeOffset? beforeAt, ProbeReport report, DateTimeOffset at)
    {
        var levels = Levels(report);
        return before is null || beforeAt?.UtcDateTime.Date != at.UtcDateTime.Date ? levels : [.. levels.Except(Levels(before))];
    }

    /// <summary>How full a tray is, in per cent; null where it does not tell level and capacity.</summary>
    public static int? PercentOf(Tray tray) => tray is { Level: >= 0, Capacity: > 0 } && tray.Level <= tray.Capacity ? (int)(100m * tray.Level.Value / tray.Capacity.Value) : null;

    /// <summary>
    /// The forecast out of levels by day, oldest first: a straight line through the days since the last refill (a rise of 10 points above the lowest before it). Null where that tells nothing:
    /// less than two days, a fall of less than 3 points, nothing used, or more than two years to go.
    /// </summary>
    public static SupplyForecast? Forecast(IReadOnlyList<(int Day, int Percent)> levels)
    {
        var begin = 0;
        var lowest = int.MaxValue;
        for (var i = 0; i < levels.Count; i++)
        {
            if (levels[i].Percent >= (long)lowest + Refill)
            {
                (begin, lowest) = (i, levels[i].Percent);
            }

            lowest = Math.Min(lowest, levels[i].Percent);
        }

        if (levels.Count - begin < 2 || levels[^1].Day - levels[begin].Day < LeastDays || levels[begin].Percent - levels[^1].Percent < LeastUsed)
        {
            return null;
        }

        var perDay = Fall(levels, begin);
        return perDay > 0 && levels[^1].Percent / perDay is var left and <= FarDays ? new SupplyForecast(levels[^1].Day + (int)Math.Floor(Math.Max(0, left))) { PercentPerDay = perDay } : null;
    }

    // Least squares; what falls is positive.
    private static double Fall(IReadOnlyList<(int Day, int Percent)> levels, int begin)
    {
        double n = levels.Count - begin, sumX = 0, sumY = 0, sumXX = 0, sumXY = 0;
        for (var i = begin; i < levels.Count; i++)
        {
            double x = levels[i].Day - levels[begin].Day, y = levels[i].Percent;
            (sumX, sumY, sumXX, sumXY) = (sumX + x, sumY + y, sumXX + (x * x), sumXY + (x * y));
        }

        var spread = (n * sumXX) - (sumX * sumX);
        return spread <= 0 ? 0 : -((n * sumXY) - (sumX * sumY)) / spread;
    }
}
