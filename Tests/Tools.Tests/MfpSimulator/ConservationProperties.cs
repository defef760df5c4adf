using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.MfpSimulator.Truths;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.MfpSimulator;

/// <summary>Whatever happens to a device, its counters gain exactly what truly happened.</summary>
internal sealed class ConservationProperties
{
    /// <summary>A job, and what befalls the device some seconds after it was given.</summary>
    private sealed record Step(JobRequest Job, int After, int Trouble);

    private static readonly Gen<Step> Steps =
        from function in Gen.Elements(Enum.GetValues<JobFunction>())
        from color in Gen.Elements(Enum.GetValues<JobColor>())
        from size in Gen.Elements(PaperSize.All.ToArray())
        from pages in Gen.Choose(1, 25)
        from copies in Gen.Choose(1, 4)
        from duplex in Gen.Elements(true, false)
        from who in Gen.Elements("alice", "bob", "")
        from after in Gen.Choose(0, 60)
        from trouble in Gen.Choose(0, 9)
        select new Step(new JobRequest { Function = function, Color = color, Size = size, Pages = pages, Copies = copies, Duplex = duplex, Who = who }, after, trouble);

    public static IEnumerable<string> Models => MfpModel.BuiltInNames;

    [TestCaseSource(nameof(Models))]
    public void Every_counter_gains_what_the_truth_says_for_any_jobs_and_troubles(string name)
    {
        var model = MfpModel.BuiltIn(name);
        Prop.ForAll(Steps.ArrayOf().ToArbitrary(), steps => Holds(model, steps)).QuickCheckThrowOnFailure();
    }

    [Test]
    public void Kyocera_tables_agree_with_the_truth_and_with_each_other()
    {
        var model = MfpModel.BuiltIn("kyocera");
        Prop.ForAll(Steps.ArrayOf().ToArbitrary(), steps =>
        {
            using var bench = Play(model, steps);
            const string kyocera = "1.3.6.1.4.1.1347.42.3.1.";
            var truth = bench.Simulator.Truth;
            foreach (var (number, function) in new[] { (1, JobFunction.Print), (2, JobFunction.Copy), (4, JobFunction.Fax) })
            {
                var sum = truth.Sum(new TruthFilter { Function = function });
                Assert.That(bench.Gained($"{kyocera}1.1.1.{number}"), Is.EqualTo(sum.Equivalents));
                Assert.That(Enumerable.Range(1, 3).Sum(c => bench.Gained($"{kyocera}2.1.1.{number}.{c}")), Is.EqualTo(sum.Equivalents - truth.Sum(new TruthFilter { Function = function, Color = JobColor.TwoColor }).Equivalents));
                Assert.That(Enumerable.Range(1, 11).Sum(s => bench.Gained($"{kyocera}6.1.1.{number}.{s}")), Is.EqualTo(sum.Equivalents));
                Assert.That(Enumerable.Range(1, 11).Sum(s => bench.Gained($"{kyocera}7.1.1.{number}.{s}")), Is.EqualTo(sum.Sheets));
            }

            var all = truth.Sum(new TruthFilter());
            Assert.That(bench.Gained(Bench.KyoceraTotal), Is.EqualTo(all.Equivalents));
            Assert.That(bench.Gained(Bench.LifeCount), Is.EqualTo(all.Impressions));
            Assert.That(bench.Gained("1.3.6.1.4.1.1347.46.10.1.1.5.3"), Is.EqualTo(all.Originals));
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void Jobs_print_all_their_pages_when_only_paper_jams_and_trays_run_out()
    {
        var model = MfpModel.BuiltIn("ricoh");
        Prop.ForAll(Steps.Where(s => s.Trouble < 6).ArrayOf().ToArbitrary(), steps =>
        {
            using var bench = Play(model, steps);
            var asked = steps.Where(s => s.Job.Function is JobFunction.Copy or JobFunction.Print or JobFunction.Fax).Sum(s => s.Job.Pages * s.Job.Copies);
            Assert.That(bench.Gained("1.3.6.1.4.1.367.3.2.1.2.19.5.1.9.1"), Is.EqualTo(asked));
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void The_recorded_Kyocera_lives_as_a_whole_when_the_shared_walks_are_there()
    {
        var folder = Environment.GetEnvironmentVariable("COPYTRACK_SHARED");
        var model = folder is null ? MfpModel.BuiltIn("kyocera") : MfpModel.FromWalk(Path.Combine(folder, "walks", "kyocera_cs4053ci.snmprec"));
        Assert.That(model.Counters, Has.Count.GreaterThan(200));
        Prop.ForAll(Steps.ArrayOf().ToArbitrary(), steps => Holds(model, steps)).QuickCheckThrowOnFailure();
    }

    private static bool Holds(MfpModel model, Step[] steps)
    {
        using var bench = Play(model, steps);
        foreach (var oid in bench.Start.Keys.Where(o => o != Bench.PowerOnCount && !o.EndsWith(".4.1.2.34.0", StringComparison.Ordinal)))
            Assert.That(bench.Gained(oid), Is.EqualTo(bench.Device.Expected(oid)), $"{oid} {model.Counters[oid]}");
        var truth = bench.Simulator.Truth;
        Assert.That(truth.Jobs.Sum(j => j.Impressions), Is.EqualTo(truth.Sum(new TruthFilter()).Impressions));
        Assert.That(bench.Gained(Bench.LifeCount), Is.EqualTo(model.Counters[Bench.LifeCount] == "sheets" ? truth.Sum(new TruthFilter()).Sheets : truth.Sum(new TruthFilter()).Impressions));
        return true;
    }

    private static Bench Play(MfpModel model, Step[] steps)
    {
        var bench = new Bench(model, new CounterLag { AtJobEnd = steps.Length % 3 == 0, Max = TimeSpan.FromSeconds(1 + (steps.Length % 7)) });
        foreach (var step in steps)
        {
            bench.Device.Submit(step.Job);
            bench.Time.Advance(step.After);
            switch (step.Trouble)
            {
                case 1 or 2:
                    bench.Device.Jam();
                    bench.Time.Advance(20);
                    bench.Device.Clear();
                    break;
                case 3:
                    bench.Device.EmptyTrays();
                    bench.Time.Advance(20);
                    bench.Device.LoadPaper();
                    break;
                case 4:
                    bench.Device.Sleep();
                    break;
                case 8:
                    bench.Device.PowerCycle(TimeSpan.FromSeconds(10));
                    break;
                case 9 when bench.Simulator.Truth.Jobs is [.., var last]:
                    bench.Device.Cancel(last.Id);
                    break;
            }
        }

        bench.Settle();
        return bench;
    }
}
