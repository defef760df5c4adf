using CopyTrack.Accounting.Ledger;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Truths;

namespace CopyTrack.Integration.FaultLab;

/// <summary>
/// What the borders of one device could tell apart: from the times at which sheets truly came, and how late counters may be, which people's sides may have appeared
/// between the same two readings. Those of several people between two readings are undecidable, whoever gets them, unless the device has reported the job itself.
/// </summary>
internal sealed class LabIntervals
{
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(1), s_apart = TimeSpan.FromMinutes(1);

    private readonly Timeline<int> spans;
    private readonly Dictionary<DateTimeOffset, DateTimeOffset> ends;
    private readonly LabTimes times;
    private readonly TimeSpan lag;
    private readonly Timeline<Job> jobs;
    private readonly Timeline<LabVisit> there;
    private readonly HashSet<LabVisit> adrift;
    private readonly ILookup<string, (DateTimeOffset From, DateTimeOffset To, Job What)> jobsOf;

    public LabIntervals(LabTerminal terminal, IReadOnlyList<ReadingRecord> readings, IEnumerable<TruthJob> truth, LabPlan plan, LabTimes times)
    {
        lag = plan.Lag.Max + s_slack;
        this.times = times;
        var person = terminal.Visits.DistinctBy(v => v.Tag).ToDictionary(v => v.Tag, v => v.Person);
        HashSet<string> reported = terminal.Reporter is { } reporter ? [.. reporter.Acknowledged.Values] : [];
        var device = terminal.Device.Number;
        var borders = readings.Where(r => r.DeviceId == device && r.Status == ReadingStatus.Border).OrderBy(r => r.Seq).ToList();
        spans = new Timeline<int>(borders.Zip(borders.Skip(1), (a, b) => (times.True(a.ConfirmedAt > a.At ? a.ConfirmedAt : a.At), times.True(b.At), 0)));
        ends = borders.Zip(borders.Skip(1)).GroupBy(b => b.Second.At).ToDictionary(g => g.Key, g => g.Min(b => times.True(b.First.ConfirmedAt > b.First.At ? b.First.ConfirmedAt : b.First.At)));
        there = new Timeline<LabVisit>(terminal.Visits.Where(v => v.Session is not null || v.LocalId is not null).Select(v => (v.CameAt, (v.LeftAt ?? v.CameAt) + lag, v)));
        List<(DateTimeOffset From, DateTimeOffset To, Job What)> made =
        [
            .. truth.Where(j => j.Device == device && j.Function == JobFunction.Copy && j.Impressions > 0 && (!reported.Contains(j.Id) || j.Who.Length == 0 || IsAdrift(terminal, j)))
                .Select(j => (j.FirstPageAt!.Value, j.LastPageAt!.Value + lag, new Job(j.Who, person.GetValueOrDefault(j.Who, j.Who), j.Impressions))),
        ];
        jobs = new Timeline<Job>(made);
        jobsOf = made.ToLookup(j => j.What.Who);
        adrift = [.. terminal.Visits.Where(v => v.LocalId is not null && (v.LoginAt - (v.CameAt + times.Ahead(v.CameAt))).Duration() > s_apart)];
        adrift.UnionWith(terminal.Visits.IntersectBy(truth.Where(j => j.Device == device && IsAdrift(terminal, j)).Select(j => j.Who), v => v.Tag));
    }

    /// <summary>True when no reading was made between two stays: what came of them stands in one interval.</summary>
    public bool AreOne(LabVisit first, LabVisit second) => spans.Touching(first.CameAt, (first.LeftAt ?? first.CameAt) + lag).Any(s => s.To > second.CameAt);

    /// <summary>True when several people were at the panel between the reading that came at <paramref name="at"/> and the one before, or something of theirs could still show up.</summary>
    public bool IsShared(DateTimeOffset at) =>
        ends.TryGetValue(at, out var from) && there.Touching(from, times.True(at)).Select(o => o.What.Person).Distinct().Skip(1).Any();

    /// <summary>Sides of these visits that may have appeared between two readings between which somebody else was at the panel too.</summary>
    public long Undecidable(IReadOnlyCollection<LabVisit> visits) =>
        visits.SelectMany(v => jobsOf[v.Tag].Where(j => adrift.Contains(v) || IsShared(j.From, j.To, j.What.Person))).Sum(j => j.What.Sides);

    /// <summary>True when nothing but a time says where pages of these visits belong, and a clock was changed by hours between them and the telling.</summary>
    public bool AreAdrift(IEnumerable<LabVisit> visits) => visits.Any(adrift.Contains);

    /// <summary>Sides of others that may have appeared between two readings between which these visits were at the panel too.</summary>
    public long Foreign(IReadOnlyCollection<LabVisit> visits)
    {
        var here = visits.ToHashSet();
        HashSet<Job> found = [];
        foreach (var visit in there.All.Where(o => here.Contains(o.What)))
        {
            foreach (var span in spans.Touching(visit.From, visit.To))
            {
                found.UnionWith(jobs.Touching(span.From, span.To).Select(j => j.What).Where(j => visits.All(v => v.Tag != j.Who)));
            }
        }

        return found.Sum(j => j.Sides);
    }

    private bool IsAdrift(LabTerminal terminal, TruthJob job) =>
        terminal.Reporter is { } reporter && job.Who.Length > 0 && reporter.Placeless.TryGetValue(job.Id, out var told) && (times.Ahead(told) - times.Ahead(job.LastPageAt ?? job.At)).Duration() > s_apart;

    private bool IsShared(DateTimeOffset from, DateTimeOffset to, string person) => spans.Touching(from, to).Any(s => there.Touching(s.From, s.To).Any(o => o.What.Person != person));

    /// <summary>One job; each is another, however alike they are.</summary>
    private sealed class Job(string who, string person, long sides)
    {
        public string Who => who;
        public string Person => person;
        public long Sides => sides;
    }

    /// <summary>Things with a beginning and an end, found by time without looking at all of them.</summary>
    private sealed class Timeline<T>
    {
        private readonly TimeSpan longest;

        public Timeline(IEnumerable<(DateTimeOffset From, DateTimeOffset To, T What)> things)
        {
            All = [.. things.OrderBy(t => t.From)];
            longest = All.Select(t => t.To - t.From).DefaultIfEmpty().Max();
        }

        public (DateTimeOffset From, DateTimeOffset To, T What)[] All { get; }

        public IEnumerable<(DateTimeOffset From, DateTimeOffset To, T What)> Touching(DateTimeOffset from, DateTimeOffset to)
        {
            for (var i = First(from - longest); i < All.Length && All[i].From < to; i++)
            {
                if (All[i].To > from)
                {
                    yield return All[i];
                }
            }
        }

        private int First(DateTimeOffset from)
        {
            var (low, high) = (0, All.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = All[middle].From < from ? (middle + 1, high) : (low, middle);
            }

            return low;
        }
    }
}
