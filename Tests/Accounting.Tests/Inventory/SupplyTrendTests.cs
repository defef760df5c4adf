using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Inventory;

public sealed class SupplyTrendTests
{
    [Test]
    public void Steady_fall_tells_the_day_it_ends()
    {
        (int, int)[] levels = [.. Enumerable.Range(0, 20).Select(i => (100 + i, 90 - (2 * i)))];
        var forecast = SupplyTrend.Forecast(levels, 121);
        Assert.That(forecast!.PercentPerDay, Is.EqualTo(2).Within(0.001));
        Assert.That(forecast.DaysLeft, Is.EqualTo(24), "52 % at 2 a day are 26 days from day 119");
    }

    [Test]
    public void Only_what_came_after_the_last_refill_counts()
    {
        (int, int)[] levels = [(1, 60), (2, 40), (3, 20), (4, 100), (5, 99), (6, 98), (7, 97)];
        Assert.That(SupplyTrend.Forecast(levels, 7)!.PercentPerDay, Is.EqualTo(1).Within(0.001));
        Assert.That(SupplyTrend.Forecast([(1, 60), (2, 40), (3, 20), (4, 100)], 4), Is.Null, "a new one tells nothing yet");
    }

    [Test]
    public void Nothing_is_told_of_what_does_not_fall_and_a_long_way_ends_at_a_year()
    {
        Assert.That(SupplyTrend.Forecast([], 1), Is.Null);
        Assert.That(SupplyTrend.Forecast([(1, 10)], 1), Is.Null);
        Assert.That(SupplyTrend.Forecast([(1, 10), (2, 10), (3, 10)], 3), Is.Null);
        Assert.That(SupplyTrend.Forecast([(1, 10), (2, 12), (3, 14)], 3), Is.Null);
        Assert.That(SupplyTrend.Forecast([(1, 99), (200, 98), (400, 97)], 400)!.DaysLeft, Is.EqualTo(365));
        Assert.That(SupplyTrend.Forecast([(1, 9), (2, 5), (3, 1)], 30)!.DaysLeft, Is.Zero);
    }

    [Test]
    public void Levels_are_of_what_tells_a_percentage_and_bounded()
    {
        var report = new ProbeReport
        {
            Identity = new DeviceIdentity("Invented", "X1", "1", null, null, null, null, null, null), Status = new DeviceStatus("running", "idle", [], "ready"),
            Supplies =
            [
                new Supply("1.1", "Black", "toner", "black", 90, "exact", 100, "percent", 90), new Supply("1.2", "Box", "wasteToner", null, 5, "exact", 100, "percent", 5),
                new Supply("1.3", null, "toner", "cyan", null, "someLeft", null, null, null), .. Enumerable.Range(0, 200).Select(i => new Supply($"2.{i}", $"part {i}", "fuser", null, 1, "exact", 2, "percent", 50)),
            ],
            Trays = [new Tray("1.1", "Tray 1", "A4", 125, "exact", 500, "sheets", null), new Tray("1.2", "Tray 2", "A3", -3, "someLeft", 500, "sheets", null)],
        };
        var levels = SupplyTrend.Levels(report);
        Assert.That(levels, Has.Length.EqualTo(64).And.Contains(new DayLevel("Black", "supply", 90)));
        Assert.That(SupplyTrend.Levels(report with { Supplies = [] }), Is.EqualTo(new[] { new DayLevel("Tray 1", "tray", 25) }));
    }
}
