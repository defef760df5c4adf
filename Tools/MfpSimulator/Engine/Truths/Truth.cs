using CopyTrack.MfpSimulator.Meters;

namespace CopyTrack.MfpSimulator.Truths;

/// <summary>What truly happened in the simulator: sums for ever, the latest jobs one by one, and each sheet as a line for a file. Thread-safe.</summary>
public sealed class Truth
{
    /// <summary>Jobs that <see cref="Jobs"/> keeps; older ones stay in the sums.</summary>
    public const int MaxJobs = 200_000;

    private readonly Lock gate = new();
    private readonly Dictionary<(int Device, WorkUnit Unit, string Who, bool Bypass), TruthSum> cells = [];
    private readonly Dictionary<string, TruthJob> jobs = [];
    private readonly Queue<string> order = [];
    private readonly TruthFile? file;

    internal Truth(TruthFile? file) => this.file = file;

    /// <summary>The jobs known, oldest first, as they stand now.</summary>
    public IReadOnlyList<TruthJob> Jobs
    {
        get
        {
            lock (gate) return [.. order.Select(id => jobs[id])];
        }
    }

    /// <summary>One job, or null when it is unknown or too old.</summary>
    public TruthJob? Job(string id)
    {
        lock (gate) return jobs.GetValueOrDefault(id);
    }

    /// <summary>Sums over everything that ever happened and matches.</summary>
    public TruthSum Sum(TruthFilter filter)
    {
        TruthSum sum = default;
        lock (gate)
            foreach (var (key, value) in cells)
                if (Matches(filter, key)) sum += value;
        return sum;
    }

    internal void Begin(TruthJob job)
    {
        lock (gate)
        {
            jobs[job.Id] = job;
            order.Enqueue(job.Id);
            if (order.Count > MaxJobs) jobs.Remove(order.Dequeue());
        }
    }

    internal void Add(TruthJob job, WorkUnit unit, DateTimeOffset at)
    {
        var amount = unit.IsOriginal
            ? new TruthSum(0, 0, 0, 1)
            : new TruthSum(unit.Sides, 1, unit.Sides * (unit.Size.CountsTwice ? 2 : 1), 0);
        lock (gate)
        {
            var key = (job.Device, unit, job.Who, job.Bypass);
            cells[key] = cells.GetValueOrDefault(key) + amount;
            if (jobs.GetValueOrDefault(job.Id) is { } known)
                jobs[job.Id] = known with
                {
                    FirstPageAt = known.FirstPageAt ?? at,
                    LastPageAt = at,
                    Impressions = known.Impressions + (int)amount.Impressions,
                    Sheets = known.Sheets + (int)amount.Sheets,
                    Originals = known.Originals + (int)amount.Originals,
                };
        }

        file?.Page(job, unit, at);
    }

    internal void End(string id, JobEnd end)
    {
        lock (gate)
            if (jobs.GetValueOrDefault(id) is { } known) jobs[id] = known with { End = end };
    }

    /// <summary>Writes a job's line once its last counter has risen.</summary>
    internal void Settled(string id, DateTimeOffset at, IEnumerable<KeyValuePair<string, long>> counters)
    {
        if (Job(id) is { } job) file?.Job(job, at, counters);
    }

    /// <summary>Writes a line for something that is no page: power cycle, board swap, jam.</summary>
    internal void Event(int device, string what, DateTimeOffset at) => file?.Event(device, what, at);

    private static bool Matches(TruthFilter filter, (int Device, WorkUnit Unit, string Who, bool Bypass) key) =>
        (filter.Device ?? key.Device) == key.Device
        && (filter.Function ?? key.Unit.Function) == key.Unit.Function
        && (filter.Color ?? key.Unit.Color) == key.Unit.Color
        && (filter.Size ?? key.Unit.Size.Name).Equals(key.Unit.Size.Name, StringComparison.OrdinalIgnoreCase)
        && (filter.Sides ?? key.Unit.Sides) == key.Unit.Sides
        && (filter.Who ?? key.Who) == key.Who
        && (filter.Bypass ?? key.Bypass) == key.Bypass;
}
