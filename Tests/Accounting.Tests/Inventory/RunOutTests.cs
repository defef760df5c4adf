using CopyTrack.Accounting.Inventory;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Inventory;

/// <summary>When supplies run out.</summary>
public sealed class RunOutTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void Even_use_goes_on_as_it_was()
    {
        var forecast = RunOut.Of(Levels(80, 78, 76, 74, 72, 70), Begin.AddDays(5))!;
        Assert.That(forecast.PercentPerDay, Is.EqualTo(2).Within(0.001));
        Assert.That(forecast.At, Is.EqualTo(Begin.AddDays(40)).Within(TimeSpan.FromHours(1)));
    }

    [Test]
    public void New_cartridge_begins_anew()
    {
        var forecast = RunOut.Of(Levels(20, 10, 0, 100, 99, 98, 97, 96), Begin.AddDays(7))!;
        Assert.That(forecast.PercentPerDay, Is.EqualTo(1).Within(0.001));
        Assert.That(forecast.Days, Is.EqualTo(4));
    }

    [Test]
    public void Small_rises_are_noise() => Assert.That(RunOut.Of(Levels(50, 48, 51, 46, 47, 44), Begin.AddDays(5)), Is.Not.Null);

    [Test]
    public void Empty_one_runs_out_now() => Assert.That(RunOut.Of(Levels(30, 20, 10, 0), Begin.AddDays(10))!.At, Is.EqualTo(Begin.AddDays(10)));

    [TestCase(80)]
    [TestCase(80, 79)]
    [TestCase(80, 80, 80, 80, 80)]
    [TestCase(80, 70, 60, 100)]
    [TestCase(70, 71, 72, 73, 74, 75, 76)]
    public void Too_little_says_nothing(params int[] levels) => Assert.That(RunOut.Of(Levels(levels), Begin.AddDays(9)), Is.Null);

    [Test]
    public void Nothing_says_nothing() => Assert.That(RunOut.Of([], Begin), Is.Null);

    private static SupplyLevel[] Levels(params int[] percents) => [.. percents.Select((p, day) => new SupplyLevel(Begin.AddDays(day), p))];
}
