using System.Diagnostics;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Server.Tests.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Fleet;

/// <summary>2,000 agents with 100 devices each at 15 minutes are 222 device records a second; one node must do that with ease.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[Category("Alone")]
[NonParallelizable] // It measures.
internal sealed class FleetPaceTests(Db db) : FleetFixture(db)
{
    private const int Agents = 20, DevicesEach = 100, Needed = 222;

    [Test]
    public async Task Manager_takes_and_applies_more_device_records_a_second_than_a_large_fleet_sends()
    {
        var agents = await Task.WhenAll(Enumerable.Range(0, Agents).Select(_ => AgentAsync("globex hq")));
        // The first round makes the devices, which happens once.
        await RoundAsync(agents, 1);
        var (taken, applied) = await RoundAsync(agents, 2);
        var records = Agents * DevicesEach;
        TestContext.Out.WriteLine($"{Db}: {records / taken.TotalSeconds:0} device records a second taken, {records / applied.TotalSeconds:0} applied, {records / (taken + applied).TotalSeconds:0} both");
        Assert.That(records / (taken + applied).TotalSeconds, Is.GreaterThan(Needed));
        Assert.That(await PagesAsync("P0X7"), Is.EqualTo(3));
    }

    private async Task<(TimeSpan Taken, TimeSpan Applied)> RoundAsync(TestAgent[] agents, int round)
    {
        var messages = agents.Select((a, n) => a.Sealed(round, Now, [.. Enumerable.Range(0, DevicesEach).Select(d => TestAgent.Read($"P{n}X{d}", 100 + (3 * round), 20 - round, Now) with { Inventory = null, InventoryAt = null })])).ToArray();
        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(messages.Select((m, n) => SendAsync(agents[n], m)));
        var taken = watch.Elapsed;
        Assert.That(answers, Is.All.EqualTo(AckOutcome.Taken));
        watch.Restart();
        await ApplyAsync();
        return (taken, watch.Elapsed);
    }
}
