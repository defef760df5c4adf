using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Inventory;

/// <summary>Which levels are kept, and when supplies run out.</summary>
public sealed class SupplyTrendTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void Steady_fall_tells_the_day_it_ends()
    {
        var forecast = SupplyTrend.Forecast([.. Enumerable.Range(0, 20).Select(i => (100 + i, 90 - (2 * i)))])!;
        Assert.That(forecast.PercentPerDay, Is.EqualTo(2).Within(0.001));
        Assert.That(forecast.DaysLeft(121), Is.EqualTo(24), "52 % at 2 a day are 26 days from day 119");
        Assert.That(forecast.RunsOutAt(121), Is.EqualTo(new DateTimeOffset(DateOnly.FromDayNumber(145), default, TimeSpan.Zero)));
    }

    [Test]
    public void Days_on_which_nobody_looked_count_by_the_calendar() =>
        Assert.That(SupplyTrend.Forecast([(100, 90), (101, 88), (110, 70), (111, 68)])!.DaysLeft(111), Is.EqualTo(34));

    [Test]
    public void Only_what_came_after_the_last_refill_counts()
    {
        Assert.That(SupplyTrend.Forecast([(1, 60), (2, 40), (3, 20), (4, 100), (5, 99), (6, 98), (7, 97)])!.PercentPerDay, Is.EqualTo(1).Within(0.001));
        Assert.That(SupplyTrend.Forecast([(1, 60), (2, 40), (3, 20), (4, 100)]), Is.Null, "a new one tells nothing yet");
    }

    [Test]
    public void Small_rises_are_noise() => Assert.That(SupplyTrend.Forecast(Levels(50, 48, 51, 46, 47, 44)), Is.Not.Null);

    [Test]
    public void What_is_empty_or_should_be_runs_out_today()
    {
        Assert.That(SupplyTrend.Forecast(Levels(30, 20, 10, 0))!.DaysLeft(14), Is.Zero);
        Assert.That(SupplyTrend.Forecast([(1, 9), (2, 5), (3, 1)])!.DaysLeft(30), Is.Zero);
        Assert.That(SupplyTrend.Forecast([(1, 9), (2, 5), (3, 1)])!.RunsOutAt(30), Is.EqualTo(new DateTimeOffset(DateOnly.FromDayNumber(30), default, TimeSpan.Zero)));
    }

    [TestCase]
    [TestCase(80)]
    [TestCase(80, 79)]
    [TestCase(80, 80, 80, 80, 80)]
    [TestCase(80, 70, 60, 100)]
    [TestCase(70, 71, 72, 73, 74, 75, 76)]
    public void Too_little_says_nothing(params int[] levels) => Assert.That(SupplyTrend.Forecast(Levels(levels)), Is.Null);

    [Test]
    public void Ten_years_ahead_is_no_forecast() => Assert.That(SupplyTrend.Forecast([(1, 99), (200, 97), (400, 95)]), Is.Null);

    [Test]
    public void Levels_are_of_what_tells_a_percentage_and_bounded()
    {
        var report = Report(
            [
                new Supply("1.1", "Black", "toner", "black", 90, "exact", 100, "percent", 90), new Supply("1.2", "Box", "wasteToner", null, 5, "exact", 100, "percent", 5),
                new Supply("1.3", null, "toner", "cyan", null, "someLeft", null, null, null), .. Enumerable.Range(0, 200).Select(i => new Supply($"2.{i}", $"part {i}", "fuser", null, 1, "exact", 2, "percent", 50)),
            ],
            new Tray("1.1", "Tray 1", "A4", 125, "exact", 500, "sheets", null), new Tray("1.2", "Tray 2", "A3", -3, "someLeft", 500, "sheets", null), new Tray("1.3", "Tray 3", "A3", long.MaxValue, "exact", long.MaxValue, "sheets", null));
        Assert.That(SupplyTrend.Levels(report), Has.Length.EqualTo(64).And.Contains(new DayLevel("supply", "1.1", 90) { Name = "Black" }));
        Assert.That(SupplyTrend.Levels(report with { Supplies = [] }), Is.EqualTo(new[] { new DayLevel("tray", "1.1", 25) { Name = "Tray 1" }, new DayLevel("tray", "1.3", 100) { Name = "Tray 3" } }));
    }

    [Test]
    public void Each_day_keeps_all_levels_once_and_then_what_moves()
    {
        var before = Report([Toner("1.1", 50), Toner("1.2", 40)]);
        var after = Report([Toner("1.1", 50), Toner("1.2", 39)]);
        Assert.That(SupplyTrend.News(null, null, before, Noon), Has.Length.EqualTo(2));
        Assert.That(SupplyTrend.News(before, Noon, after, Noon.AddHours(1)), Is.EqualTo(new[] { new DayLevel("supply", "1.2", 39) { Name = "black toner" } }));
        Assert.That(SupplyTrend.News(before, Noon, before, Noon.AddHours(1)), Is.Empty);
        Assert.That(SupplyTrend.News(before, Noon, before, Noon.AddHours(12)), Has.Length.EqualTo(2), "another day");
    }

    private static (int, int)[] Levels(params int[] percents) => [.. percents.Select((p, i) => (10 + i, p))];

    private static Supply Toner(string index, int percent) => new(index, null, "toner", "black", null, "exact", null, null, percent);

    private static ProbeReport Report(System.Collections.Immutable.ImmutableArray<Supply> supplies, params Tray[] trays) => new()
    {
        Identity = new DeviceIdentity("Invented", "X1", "1", null, null, null, null, null, null), Status = new DeviceStatus("running", "idle", [], "ready"), Supplies = supplies, Trays = [.. trays],
    };
}
