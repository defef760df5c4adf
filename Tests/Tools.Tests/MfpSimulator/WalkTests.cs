using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Mib;
using CopyTrack.MfpSimulator.Models;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.MfpSimulator;

/// <summary>Recordings brought to life.</summary>
internal sealed class WalkTests
{
    private string file = null!;

    [SetUp]
    public void Name() => file = Path.GetTempFileName();

    [TearDown]
    public void Remove() => File.Delete(file);

    [Test]
    public void A_recording_with_all_types_is_read_and_its_counters_are_found()
    {
        File.WriteAllLines(file,
        [
            "1.3.6.1.2.1.43.10.2.1.4.1.1|65|4294967290", "1.3.6.1.2.1.1.2.0|6|.1.3.6.1.4.1.2385.9", "1.3.6.1.2.1.1.1.0|4|a|b", "1.3.6.1.2.1.1.5.0|4x|00ff", "1.3.6.1.2.1.4.20.1.1|64|10.0.0.1",
            "1.3.6.1.2.1.1.9.0|70|18446744073709551615", "1.3.6.1.2.1.1.10.0|2|-3", "1.3.6.1.4.1.2385.1.1.19.2.1.3.8.4.61|65|7", "1.3.6.1.4.1.2385.1.1.19.2.1.4.8.4.61|4|Full Color Copy Count",
        ]);
        var model = MfpModel.FromWalk(file);
        Assert.That(model.Objects, Is.EqualTo(9));
        Assert.That(model.Counters.Values, Is.EquivalentTo(new[] { "impressions", "impressions copy fullcolor" }));
        Assert.That(model.Engine.HasColor);
        Assert.That(model.Recording.Find("1.3.6.1.2.1.1.1.0")!.Text, Is.EqualTo("a|b"));
        using var bench = new Bench(model);
        bench.Accept(Bench.Copy(8) with { Color = JobColor.FullColor });
        bench.Settle();
        Assert.That(bench.Device.Read(Bench.LifeCount), Is.EqualTo(2), "wrapped");
        Assert.That(bench.Device.Read("1.3.6.1.4.1.2385.1.1.19.2.1.3.8.4.61"), Is.EqualTo(15));
    }

    [TestCase("1.3.6.1", "Line 1")]
    [TestCase("1.3.6.1|2|many", "Line 1")]
    [TestCase("1.3.x|2|1", "Line 1")]
    [TestCase("1.3.6.1|4x|0g", "Line 1")]
    [TestCase("1.3.6.1|99|1", "Line 1")]
    public void A_line_that_cannot_be_read_is_named(string line, string message)
    {
        File.WriteAllText(file, line);
        Assert.That(() => MfpModel.FromWalk(file), Throws.InstanceOf<FormatException>().With.Message.Contains(message));
    }

    [Test]
    public void Large_prints_of_a_type_code_table_raise_their_row_and_no_other()
    {
        using var bench = new Bench("ricoh");
        bench.Accept(new JobRequest { Function = JobFunction.Print, Pages = 3, Size = PaperSize.A3, Color = JobColor.FullColor });
        bench.Settle();
        const string values = "1.3.6.1.4.1.367.3.2.1.2.19.5.1.9.";
        var gained = Enumerable.Range(1, 18).Where(i => bench.Gained(values + i) == 3).ToArray();
        Assert.That(gained, Is.EqualTo(new[] { 1, 8, 11, 12, 17 }), "machine total twice, print total, print full colour, A3");
    }

    [Test]
    public void The_matrix_has_large_pages_in_both_its_rows()
    {
        using var bench = new Bench("konica");
        bench.Accept(Bench.Copy(4) with { Size = PaperSize.A3 });
        bench.Accept(Bench.Copy(5));
        bench.Settle();
        const string matrix = "1.3.6.1.4.1.18334.1.1.1.5.7.2.2.1.";
        Assert.That((bench.Gained(matrix + "5.1.1"), bench.Gained(matrix + "7.1.1"), bench.Gained(matrix + "5.1.2")), Is.EqualTo((9L, 4L, 0L)));
    }

    [Test]
    public void The_simulator_knows_nothing_of_the_ledger() =>
        Assert.That(typeof(Simulator).Assembly.GetReferencedAssemblies().Select(a => a.Name), Has.None.StartsWith("CopyTrack."));

    [Test]
    public void Rows_with_one_name_are_one_and_order_is_by_number() =>
        Assert.That(Recording.Parse(["1.3.10|2|1", "1.3.9|2|2", "1.3.10|2|3"]).Rows.Select(r => (r.OidText, r.Number)), Is.EqualTo(new[] { ("1.3.9", (long?)2), ("1.3.10", (long?)1) }));
}
