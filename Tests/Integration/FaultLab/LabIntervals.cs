using CopyTrack.Accounting.Ledger;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Truths;

namespace CopyTrack.Integration.FaultLab;

/// <summary>
/// What the borders of one device could tell apart: from the times at which sheets truly came, and how late counters may be, which people's sides may have appeared
/// between the same two readings. Those of several people between two readings are undecidable, whoever gets them.
/// </summary>
internal sealed class LabIntervals
{
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(1);

    private readonly List<(DateTimeOffset From, DateTimeOffset To)> spans;
    private readonly List<(DateTimeOffset From, DateTimeOffset To, string Who, string Person, long Sides)> jobs;
    private readonly List<(DateTimeOffset From, DateTimeOffset To, string Tag, string Person)> there;
    private readonly TimeSpan lag;

    public LabIntervals(int device, IReadOnlyList<ReadingRecord> readings, Truth truth, IReadOnlyList<LabVisit> visits, LabPlan plan)
    {
        lag = plan.Lag.Max + s_slack;
        var person = visits.DistinctBy(v => v.Tag).ToDictionary(v => v.Tag, v => v.Person);
        var borders = readings.Where(r => r.DeviceId == device && r.Status == ReadingStatus.Border).OrderBy(r => r.Seq).ToList();
        spans = [.. borders.Zip(borders.Skip(1), (a, b) => (a.ConfirmedAt > a.At ? a.ConfirmedAt : a.At, b.At))];
        there = [.. visits.Where(v => v.Session is not null || v.LocalId is not null).Select(v => (v.CameAt, (v.LeftAt ?? v.CameAt) + lag, v.Tag, v.Person))];
        jobs = [.. truth.Jobs.Where(j => j.Device == device && j.Function == JobFunction.Copy && j.Impressions > 0)
            .Select(j => (j.FirstPageAt!.Value, j.LastPageAt!.Value + lag, j.Who, person.GetValueOrDefault(j.Who, j.Who), (long)j.Impressions))];
    }

    /// <summary>Sides of these visits that may have appeared between two readings between which somebody else was at the panel too.</summary>
    public long Undecidable(IReadOnlyCollection<LabVisit> visits) => jobs.Where(j => visits.Any(v => v.Tag == j.Who) && IsShared(j)).Sum(j => j.Sides);

    /// <summary>Sides of others that may have appeared between two readings between which these visits were at the panel too.</summary>
    public long Foreign(IReadOnlyCollection<LabVisit> visits) => jobs.Where(j => visits.All(v => v.Tag != j.Who)
        && spans.Any(s => Touches(s, j.From, j.To) && there.Any(o => visits.Any(v => v.Tag == o.Tag) && Touches(s, o.From, o.To)))).Sum(j => j.Sides);

    private bool IsShared((DateTimeOffset From, DateTimeOffset To, string Who, string Person, long Sides) job) =>
        spans.Any(s => Touches(s, job.From, job.To) && there.Any(o => o.Person != job.Person && Touches(s, o.From, o.To)));

    private static bool Touches((DateTimeOffset From, DateTimeOffset To) span, DateTimeOffset from, DateTimeOffset to) => from < span.To && to > span.From;
}
