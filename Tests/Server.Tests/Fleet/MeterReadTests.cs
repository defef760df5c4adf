using System.Collections.Immutable;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Tests.Data;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Fleet;

/// <summary>The meter read report for billing: values by colour, scans and faxes, what it flags, and how periods go on over a board that was swapped.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class MeterReadTests(Db db) : FleetFixture(db)
{
    private static readonly BaseCounterSet s_set = new()
    {
        Profile = "test", ProfileVersion = 2,
        Counters =
        [
            Counter(0, PageFunction.Copy, PageColor.Mono, CounterUnit.Impressions), Counter(1, PageFunction.Print, PageColor.Color, CounterUnit.Impressions), Counter(2, PageFunction.Scan, PageColor.Any, CounterUnit.Scans),
            Counter(3, PageFunction.Fax, PageColor.Any, CounterUnit.Scans),
        ],
    };

    [Test]
    public async Task Read_has_the_pages_by_colour_the_scans_and_the_faxes()
    {
        await TellAsync("MR1", (20, [70, 30, 5, 1]), (12, [100, 50, 9, 4]));
        var read = await ReadAsync("MR1", 21, 10);
        Assert.Multiple(() =>
        {
            Assert.That((read.First, read.Last, read.Delta, read.Unit), Is.EqualTo(((long?)100, (long?)150, (long?)50, "impressions")));
            Assert.That((read.Mono, read.Color), Is.EqualTo((new MeterPart(70, 100, 30), new MeterPart(30, 50, 20))));
            Assert.That((read.Scans, read.Faxes), Is.EqualTo((new MeterPart(5, 9, 4), new MeterPart(1, 4, 3))));
            Assert.That((read.FirstOffset, read.LastOffset, read.Flags.Count), Is.EqualTo(((long?)0, (long?)0, 0)));
        });
    }

    [Test]
    public async Task Device_that_does_not_tell_colour_or_scans_has_none_of_them()
    {
        var agent = await AgentAsync();
        await SendAsync(agent, agent.Sealed(1, Now, TestAgent.Read("MR2", 10, 20 * 1440, Now)));
        await SendAsync(agent, agent.Sealed(2, Now, TestAgent.Read("MR2", 14, 11 * 1440, Now)));
        await ApplyAsync();
        var read = await ReadAsync("MR2", 21, 10);
        Assert.That((read.Delta, read.Mono, read.Color, read.Scans, read.Faxes), Is.EqualTo(((long?)4, (MeterPart?)null, (MeterPart?)null, (MeterPart?)null, (MeterPart?)null)));
    }

    [Test]
    public async Task Periods_go_on_over_a_swapped_board_by_their_offsets()
    {
        // The new board begins near nothing; a second read proves it.
        await TellAsync("MR3", (40, [60, 20, 0, 0]), (35, [70, 30, 5, 1]), (25, [100, 50, 9, 4]), (18, [3, 2, 0, 0]), (17.9, [4, 2, 0, 0]), (12, [20, 10, 1, 0]), (3, [25, 15, 1, 0]));
        var (before, swap, after) = (await ReadAsync("MR3", 36, 20), await ReadAsync("MR3", 20, 10), await ReadAsync("MR3", 10, 1));
        Assert.Multiple(() =>
        {
            Assert.That((before.First, before.Last, before.LastOffset), Is.EqualTo(((long?)80, (long?)150, (long?)0)), "what the meters said before the period is where it begins");
            Assert.That(swap.Flags, Does.Contain("newEpoch").And.Contain("rejectedReads").And.Contain("implausible"));
            Assert.That((swap.First, swap.Last), Is.EqualTo(((long?)150, (long?)30)));
            Assert.That(swap.Delta, Is.Positive.And.LessThanOrEqualTo(30));
            Assert.That(swap.Last + swap.LastOffset, Is.EqualTo(swap.First + swap.FirstOffset + swap.Delta), "value and offset go on over the swap");
            Assert.That((after.First, after.FirstOffset), Is.EqualTo((swap.Last, swap.LastOffset)), "the next period begins where the last one ended");
            Assert.That((after.Delta, after.LastOffset, after.Flags.Contains("newEpoch")), Is.EqualTo(((long?)10, swap.LastOffset, false)));
            Assert.That(after.Mono, Is.EqualTo(new MeterPart(20, 25, 5)));
        });
    }

    [Test]
    public async Task Reads_that_are_missing_late_or_early_are_flagged()
    {
        await TellAsync("MR4", (40, [10, 0, 0, 0]));
        await TellAsync("MR5", (15, [10, 0, 0, 0]), (11, [12, 0, 0, 0]));
        await TellAsync("MR6", (30, [10, 0, 0, 0]), (19, [12, 0, 0, 0]));
        var agent = await AgentAsync();
        await SendAsync(agent, agent.Sealed(1, Now, TestAgent.Read("MR7", 1, 1, Now) with { Reading = null }));
        await ApplyAsync();
        Assert.Multiple(async () =>
        {
            Assert.That((await ReadAsync("MR4", 20, 10)).Flags, Is.EqualTo(new[] { "missing" }), "read before the period alone");
            Assert.That((await ReadAsync("MR5", 21, 10)).Flags, Is.EqualTo(new[] { "lateFirst" }));
            Assert.That((await ReadAsync("MR6", 21, 10)).Flags, Is.EqualTo(new[] { "earlyLast" }));
            Assert.That((await ReadAsync("MR7", 21, 10)).Flags, Is.EqualTo(new[] { "missing" }), "never read");
        });
    }

    [Test]
    public async Task Device_that_two_agents_meter_stands_once_and_finding_is_done_by_the_database()
    {
        var (north, south) = (await AgentAsync(), await AgentAsync("acme south"));
        await SendAsync(north, north.Sealed(1, Now, TestAgent.Read("TW%1", 10, 30, Now) with { Key = "tw" }, TestAgent.Read("TWX1", 10, 30, Now)));
        await SendAsync(south, south.Sealed(1, Now, TestAgent.Read("TW%1", 10, 20, Now) with { Key = "tw" }));
        await ApplyAsync();
        Assert.That((await ReadsAsync(new FleetQuestion("tw%1"), 10, 0)).Select(r => r.Serial), Is.EqualTo(new[] { "TW%1" }), "once, and the sign stands for itself");
        Assert.That(await ReadsAsync(new FleetQuestion("tw"), 10, 0), Has.Count.EqualTo(2));

        // A page ends between the two agents of a device, and behind it.
        var all = await ListAsync(new FleetQuestion("TW"), FleetPlace.Start, 10);
        Assert.That(all, Has.Count.EqualTo(3));
        Assert.That((await ListAsync(new FleetQuestion("TW"), FleetPlace.Behind(all[0]), 10)).Select(d => (d.Name, d.Agent)), Is.EqualTo(all.Skip(1).Select(d => (d.Name, d.Agent))));
        Assert.That((await ListAsync(new FleetQuestion("TW"), FleetPlace.BehindDevice(all[0]), 10)).Select(d => d.DeviceId), Does.Not.Contain(all[0].DeviceId));
        Assert.That(await ListAsync(new FleetQuestion("TW", Agent: all[0].Agent.ToUpperInvariant()), FleetPlace.Start, 10), Has.Count.LessThan(3));
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update fleet_device set silent_since = 1, silent_reason = 'no answer' where serial = 'TWX1'"), default);
        var stale = DateTimeOffset.UtcNow.AddHours(-3);
        Assert.Multiple(async () =>
        {
            Assert.That((await ListAsync(new FleetQuestion("tw", "silent", stale), FleetPlace.Start, 10)).Select(d => d.Serial), Is.EqualTo(new[] { "TWX1" }));
            Assert.That(await ListAsync(new FleetQuestion("tw", "good", stale), FleetPlace.Start, 10), Has.Count.EqualTo(2));
            Assert.That(await ListAsync(new FleetQuestion("tw", "stale", DateTimeOffset.UtcNow.AddHours(1)), FleetPlace.Start, 10), Has.Count.EqualTo(2));
            Assert.That((await ListAsync(new FleetQuestion("twx") { Reports = false }, FleetPlace.Start, 10))[0].Report, Is.Null);
        });
    }

    private static BaseCounter Counter(int index, PageFunction function, PageColor color, CounterUnit unit) =>
        new() { Index = index, Key = new CounterKey(function, color, PageSize.Any, PageSides.Any, unit), Role = CounterRole.Part, Oids = [$"1.3.{index + 1}"] };

    private async Task TellAsync(string serial, params (double DaysAgo, ImmutableArray<long?> Values)[] readings)
    {
        var agent = await AgentAsync();
        foreach (var ((days, values), n) in readings.Select((r, n) => (r, n)))
        {
            var record = TestAgent.Read(serial, 0, days * 1440, Now);
            record = record with { Reading = record.Reading! with { Set = s_set, Values = values } };
            Assert.That(await SendAsync(agent, agent.Sealed(n + 1, Now, record)), Is.EqualTo(AckOutcome.Taken));
            await ApplyAsync();
        }
    }

    private async Task<MeterRead> ReadAsync(string serial, int fromDays, int toDays) => (await ReadsAsync(new FleetQuestion(serial), fromDays, toDays)).Single();

    private async Task<List<MeterRead>> ReadsAsync(FleetQuestion question, int fromDays, int toDays)
    {
        var reads = new MeterReads(Database, new MeterSpans(Database), Devices);
        var all = new List<MeterRead>();
        await foreach (var (_, read) in reads.AllAsync(new FleetScope(1), question, new ReportPeriod(Now.AddDays(-fromDays), Now.AddDays(-toDays), null), FleetPlace.Start, Now, default))
        {
            all.Add(read);
        }

        return all;
    }

    private Task<IReadOnlyList<FleetDeviceRow>> ListAsync(FleetQuestion question, FleetPlace after, int limit) => Devices.ListAsync(new FleetScope(1), question, after, limit, default);
}
