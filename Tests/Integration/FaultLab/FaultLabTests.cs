using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;

namespace CopyTrack.Integration.FaultLab;

/// <summary>
/// The fault laboratory. COPYTRACK_LAB_RUNS, _DAYS, _SEED and _POSTGRES make it larger (Tools/bench.sh faultlab); a failure names the seeds, and one seed alone repeats a run.
/// </summary>
[Parallelizable] // Its time is its own: a busy machine changes nothing but how long it takes.
internal sealed class FaultLabTests
{
    [Test]
    public void Every_page_stands_in_the_ledger_once_and_under_its_person_whatever_fails_in_a_week() =>
        Check(Enumerable.Range(Size("SEED", 1), Size("RUNS", 30)).Select(seed => LabPlan.Of(seed, TimeSpan.FromDays(Size("DAYS", 7)))));

    [Test]
    public void Every_page_stands_in_the_ledger_once_and_under_its_person_when_the_database_server_dies_too() =>
        Check(Enumerable.Range(Size("SEED", 1), Size("POSTGRES", 1)).Select(seed => LabPlan.Of(seed + 5000, TimeSpan.FromHours(14), postgreSql: true) with { Idle = TimeSpan.FromSeconds(300), Models = ["kyocera"] }));

    [Test]
    public void One_seed_repeats_one_run()
    {
        var plan = LabPlan.Of(7, TimeSpan.FromDays(1));
        Assert.That(Result(), Is.EqualTo(Result()));

        // Steps of the loop without storage (a timer that fires for nothing) and wall time may differ by a few.
        string Result() => new LabRun(plan).Run().Line.Split("storage operations", 2)[1].Split(", faults", 2)[0];
    }

    private static void Check(IEnumerable<LabPlan> plans)
    {
        var sum = new LabVerdict();
        var clock = Stopwatch.StartNew();
        Parallel.ForEach(plans, new ParallelOptions { MaxDegreeOfParallelism = Size("PARALLEL", 2) }, plan =>
        {
            LabVerdict one;
            try
            {
                one = new LabRun(plan).Run();
            }
            catch (Exception e)
            {
                one = new LabVerdict { Runs = 1 };
                one.Faults.Add($"[{plan.Seed}] {e}");
            }

            lock (sum)
            {
                sum.Add(one);
                if (one.Faults.Count > 0 || one.Wrong + one.NoOne > 0 || Size("TELL", 0) > 0)
                {
                    TestContext.Progress.WriteLine($"{plan}\n    {one.Line}\n    {string.Join(", ", one.Reasons.Select(c => $"{c.Key}: {c.Value}"))}\n    {string.Join("\n    ", one.Faults.Concat(one.Differences).Concat(Size("DOUBTS", 0) > 0 ? one.Doubts : []).Take(Size("TELL", 12)))}");
                }
            }
        });
        TestContext.Progress.WriteLine($"{sum.Line}, {clock.Elapsed.TotalSeconds:0} s; causes {string.Join(", ", sum.Causes.Select(c => $"{c.Key} {c.Value}"))}; inferred because {string.Join(", ", sum.Reasons.Select(c => $"{c.Key}: {c.Value}"))}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sum.Faults, Is.Empty);
            Assert.That(sum.Unexplained, Is.Zero, "metered is ledger");
            Assert.That(sum.Duplicates, Is.Zero);
            Assert.That(sum.WalkUp, Is.Positive);
            Assert.That(sum.RightShare, Is.GreaterThanOrEqualTo(0.999), "decidable sides under their person");
            Assert.That(sum.InferredShare, Is.LessThanOrEqualTo(0.02), "decidable sides that are inferred");
        }
    }

    private static int Size(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("COPYTRACK_LAB_" + name), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : otherwise;
}
