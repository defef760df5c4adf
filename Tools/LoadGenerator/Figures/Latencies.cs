using System.Diagnostics;

namespace CopyTrack.LoadGenerator.Figures;

/// <summary>Durations, every one kept, so that percentiles are exact. Thread-safe.</summary>
internal sealed class Latencies
{
    private readonly Lock gate = new();
    private readonly List<double> all = [];

    public int Count
    {
        get
        {
            lock (gate)
            {
                return all.Count;
            }
        }
    }

    /// <summary>Takes the time between two time stamps of <see cref="Stopwatch"/>.</summary>
    public void Add(long from, long to)
    {
        lock (gate)
        {
            all.Add(Stopwatch.GetElapsedTime(from, to).TotalMilliseconds);
        }
    }

    /// <summary>p50, p90, p99 and the largest in ms under names that begin with <paramref name="prefix"/>; null without any.</summary>
    public IReadOnlyList<(string Name, double? Value)> Figures(string prefix)
    {
        lock (gate)
        {
            all.Sort();
            return [(prefix + "P50Ms", At(0.5)), (prefix + "P90Ms", At(0.9)), (prefix + "P99Ms", At(0.99)), (prefix + "MaxMs", At(1))];
        }
    }

    private double? At(double share) => all.Count == 0 ? null : all[Math.Min(all.Count - 1, (int)(share * all.Count))];
}
