namespace CopyTrack.Accounting.Inventory;

/// <summary>A level of a supply at a time.</summary>
public readonly record struct SupplyLevel(DateTimeOffset At, int Percent);

/// <summary>When a supply runs out, by how it was used.</summary>
/// <param name="At">The day it is expected at.</param>
/// <param name="PercentPerDay">How much was used a day.</param>
/// <param name="Days">Over how many days that was seen.</param>
public sealed record RunOutForecast(DateTimeOffset At, double PercentPerDay, double Days);

/// <summary>Forecast of supplies by use: a straight line through what was seen since the last time that a new one was put in.</summary>
public static class RunOut
{
    // Levels are told in whole per cent and jump a little: a rise below this is noise, one above it a new cartridge.
    private const int Refill = 10;

    // Less than this says nothing about use.
    private const double LeastDays = 2;
    private const int LeastUsed = 3;
    private const double MostDays = 3650;

    /// <summary>
    /// The forecast at <paramref name="now"/> from levels in order of time; null when too little was seen or nothing was used since the last refill. A supply that is empty runs out at once.
    /// </summary>
    public static RunOutForecast? Of(IReadOnlyList<SupplyLevel> levels, DateTimeOffset now)
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

        if (levels.Count - begin < 2)
        {
            return null;
        }

        var (first, last) = (levels[begin], levels[^1]);
        var days = (last.At - first.At).TotalDays;
        var used = first.Percent - last.Percent;
        if (days < LeastDays || used < LeastUsed)
        {
            return null;
        }

        var perDay = Slope(levels, begin, first.At);
        if (perDay <= 0)
        {
            return null;
        }

        var left = Math.Max(0, last.Percent) / perDay;
        var at = last.At + TimeSpan.FromDays(Math.Min(left, MostDays));
        return new RunOutForecast(at < now ? now : at, perDay, days);
    }

    // Least squares; what falls is positive.
    private static double Slope(IReadOnlyList<SupplyLevel> levels, int begin, DateTimeOffset origin)
    {
        double n = levels.Count - begin, sumX = 0, sumY = 0, sumXX = 0, sumXY = 0;
        for (var i = begin; i < levels.Count; i++)
        {
            var (x, y) = ((levels[i].At - origin).TotalDays, (double)levels[i].Percent);
            (sumX, sumY, sumXX, sumXY) = (sumX + x, sumY + y, sumXX + (x * x), sumXY + (x * y));
        }

        var spread = (n * sumXX) - (sumX * sumX);
        return spread <= 0 ? 0 : -((n * sumXY) - (sumX * sumY)) / spread;
    }
}
