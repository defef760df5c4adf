using System.Globalization;
using NUnit.Framework;

namespace CopyTrack.Integration.Office;

/// <summary>Office days; the full ones are run by Tools/office-day.sh, which sets their size.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)] // People stand at their copiers most of the day; each day has servers, database and copiers of its own.
internal sealed class OfficeDayTests
{
    [Test]
    public Task Every_page_stands_under_its_person_when_the_server_is_killed_during_the_day() => RunAsync(new OfficePlan
    {
        Devices = Size("DEVICES", 8), Sessions = Size("SESSIONS", 60), Kills = Size("KILLS", 2), Seed = Size("SEED", 1), Limit = TimeSpan.FromMinutes(Size("MINUTES", 5)),
        Gap = TimeSpan.FromSeconds(Size("GAP", 2)),
    });

    [Test]
    public Task Every_page_stands_under_its_person_when_one_of_two_nodes_is_killed_and_the_other_stopped() => RunAsync(new OfficePlan
    {
        Devices = Size("DEVICES", 4), Sessions = Size("SESSIONS", 30), Nodes = 2, Kills = 1, Seed = Size("SEED", 1), Limit = TimeSpan.FromMinutes(Size("MINUTES", 5)),
        Gap = TimeSpan.FromSeconds(Size("GAP", 2)), NodeAway = TimeSpan.FromSeconds(Size("AWAY", 10)), NodeStopped = TimeSpan.FromSeconds(Size("STOPPED", 15)),
    });

    private static int Size(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("COPYTRACK_OFFICE_" + name), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : otherwise;

    private static async Task RunAsync(OfficePlan plan)
    {
        await using var day = new OfficeDay(plan, text => TestContext.Progress.WriteLine($"{DateTimeOffset.UtcNow:HH:mm:ss} {text}"));
        var verdict = await day.RunAsync();
        foreach (var fault in verdict.Faults.Concat(verdict.UndecidableList.Select(u => "undecidable: " + u)))
        {
            await TestContext.Progress.WriteLineAsync(fault);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Faults, Is.Empty, day.Folder);
            Assert.That(verdict.WalkUpPages, Is.GreaterThanOrEqualTo(plan.Sessions));
            Assert.That(verdict.Right + verdict.Undecidable, Is.EqualTo(verdict.WalkUpPages));
            Assert.That(verdict.Unexplained, Is.Zero);
            // On a small day one hurried handover is more than 2 % already.
            Assert.That(verdict.Inferred + verdict.TotalOnly, Is.LessThanOrEqualTo(Math.Max(verdict.WalkUpPages / 50, plan.Sessions < 500 ? 16 : 0)));
        }

        Directory.Delete(day.Folder, recursive: true);
    }
}
