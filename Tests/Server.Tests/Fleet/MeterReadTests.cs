using System.Collections.Immutable;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
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
            Assert.That((after.Mono!.First, after.Mono.Last, after.Mono.Delta), Is.EqualTo(((long?)20, (long?)25, (long?)5)));
            Assert.That((before.Mono!.FirstOffset, before.Mono.LastOffset), Is.EqualTo(((long?)0, (long?)0)));
            Assert.That(swap.Mono!.Last + swap.Mono.LastOffset, Is.EqualTo(swap.Mono.First + swap.Mono.FirstOffset + swap.Mono.Delta), "each figure goes on");
            Assert.That((after.Mono.FirstOffset, after.Mono.LastOffset), Is.EqualTo((swap.Mono.LastOffset, swap.Mono.LastOffset)));
        });
    }

    [Test]
    public async Task Offset_of_a_swap_that_was_seen_is_proposed_confirmed_once_and_may_be_put_right()
    {
        await TellAsync("MR8", (40, [60, 20, 0, 0]), (25, [100, 50, 9, 4]), (18, [3, 2, 0, 0]), (17.9, [4, 2, 0, 0]), (12, [20, 10, 1, 0]), (3, [25, 15, 1, 0]));
        var (before, after) = (await ReadAsync("MR8", 20, 10), await ReadAsync("MR8", 10, 1));
        var device = await DeviceAsync("MR8");
        var known = await Swaps.OfAsync(device, default);
        var swap = known.Swaps.Single();
        Assert.Multiple(() =>
        {
            Assert.That((swap.Confirmed, swap.Reason, known.Entered.Count), Is.EqualTo((false, "counters fell", 0)));
            Assert.That(swap.Figures.Select(f => (f.Counter, f.Before)), Is.EqualTo(new[] { ("pages", 150L), ("mono", 100L), ("color", 50L), ("scans", 9L), ("faxes", 4L) }));
            Assert.That(swap.Figures[0].Offset, Is.EqualTo(before.LastOffset), "what the report reckons itself");
        });

        // Confirmed as it is: nothing is billed otherwise, and it is told that somebody looked.
        Assert.That(await Swaps.EnterAsync(1, device, new OffsetEntry(swap.Epoch, null, "board swapped", []), "account:1", default), Is.Null);
        var confirmed = await ReadAsync("MR8", 20, 10);
        Assert.That((confirmed.Delta, confirmed.LastOffset, confirmed.Mono!.LastOffset), Is.EqualTo((before.Delta, before.LastOffset, before.Mono!.LastOffset)));
        Assert.That(confirmed.Flags.Except(before.Flags), Is.EqualTo(new[] { "offset" }));
        Assert.That((await ReadAsync("MR8", 10, 1)).Flags, Does.Not.Contain("offset"), "it lies in another period");

        // The technician's sheet says that seven pages were made between the last read and the swap.
        Assert.That(await Swaps.EnterAsync(1, device, new OffsetEntry(swap.Epoch, null, "by the technician's sheet", Figures(("pages", swap.Figures[0].Offset + 7))), "account:2", default), Is.Null);
        var (put, later) = (await ReadAsync("MR8", 20, 10), await ReadAsync("MR8", 10, 1));
        Assert.Multiple(async () =>
        {
            Assert.That((put.Delta, put.LastOffset), Is.EqualTo((before.Delta + 7, before.LastOffset + 7)));
            Assert.That(put.Last + put.LastOffset, Is.EqualTo(put.First + put.FirstOffset + put.Delta));
            Assert.That((later.First, later.FirstOffset, later.Delta), Is.EqualTo((after.First, after.FirstOffset + 7, after.Delta)), "what follows begins where the bill ended");
            Assert.That(put.Mono!.Delta, Is.EqualTo(before.Mono!.Delta), "each figure for itself");
            known = await Swaps.OfAsync(device, default);
            Assert.That(known.Entered.Select(e => (e.Row.Counter, e.Row.Pages - swap.Figures.Single(f => f.Counter == e.Row.Counter).Offset, e.Counts, e.Row.EnteredBy)).First(), Is.EqualTo(("pages", 7L, true, "account:2")));
            Assert.That(known.Entered.Count(e => !e.Counts), Is.EqualTo(1), "what was replaced stays in the list");
            Assert.That(known.Swaps.Single().Confirmed, Is.True);
            var row = (await Database.ReadAsync((c, _) => c.QueryAsync<(string Before, string After)>("select before_value, after_value from audit_log where action = 'device.offset' order by id desc"), default)).First();
            Assert.That(row.Before, Does.Contain($"\"pages\":{swap.Figures[0].Offset}"), "the log has the value of before");
            Assert.That(row.After, Does.Contain($"\"pages\":{swap.Figures[0].Offset + 7}").And.Contain("by the technician"));
        });
    }

    [Test]
    public async Task Offset_for_a_time_counts_from_there_is_replaced_by_a_later_one_and_taken_back_by_none()
    {
        await TellAsync("MR9", (40, [60, 20, 0, 0]), (25, [100, 50, 9, 4]), (12, [120, 60, 10, 4]), (3, [125, 65, 10, 4]));
        var device = await DeviceAsync("MR9");
        Assert.That((await Swaps.OfAsync(device, default)).Swaps, Is.Empty);
        foreach (var (entry, fault) in new (OffsetEntry, string)[]
        {
            (new(null, Now.AddDays(-15), " ", Figures(("pages", 5))), "a reason is needed"), (new(null, null, "r", Figures(("pages", 5))), "the time"), (new(null, Now.AddDays(1), "r", Figures(("pages", 5))), "the time"),
            (new(null, Now.AddDays(-15), "r", []), "at least one figure"), (new(null, Now.AddDays(-15), "r", Figures(("staples", 5))), "an offset is"), (new(null, Now.AddDays(-15), "r", Figures(("pages", long.MinValue + 1))), "an offset is"),
            (new(null, Now.AddDays(-15), "r", Figures(("pages", long.MinValue))), "an offset is"),
            (new(7, null, "r", []), "no such swap"),
        })
        {
            Assert.That(await Swaps.EnterAsync(1, device, entry, "account:1", default), Does.StartWith(fault));
        }

        foreach (var (pages, scans) in new[] { (500L, 40L), (480L, 40L), (0L, 0L) })
        {
            Assert.That(await Swaps.EnterAsync(1, device, new OffsetEntry(null, Now.AddDays(-15), "the old board counted on", Figures(("pages", pages), ("scans", scans))), "account:1", default), Is.Null);
            var (old, during, later) = (await ReadAsync("MR9", 36, 20), await ReadAsync("MR9", 20, 10), await ReadAsync("MR9", 10, 1));
            Assert.Multiple(() =>
            {
                Assert.That((old.Delta, old.LastOffset, old.Flags.Contains("offset")), Is.EqualTo(((long?)70, (long?)0, false)), "a bill that was written stays");
                Assert.That((during.First, during.FirstOffset, during.Delta, during.LastOffset), Is.EqualTo(((long?)150, (long?)0, (long?)(30 + pages), (long?)pages)));
                Assert.That(during.Scans, Is.EqualTo(new MeterPart(9, 10, 1 + scans, 0, scans)));
                Assert.That(during.Flags, Does.Contain("offset"));
                Assert.That((later.First, later.FirstOffset, later.Delta, later.LastOffset), Is.EqualTo(((long?)180, (long?)pages, (long?)10, (long?)pages)));
            });
        }

        Assert.That((await Swaps.OfAsync(device, default)).Entered, Has.Count.EqualTo(6), "each stays");
    }

    [Test]
    public async Task Periods_go_on_over_a_counter_of_three_digits_that_comes_round_again_and_again()
    {
        var set = s_set with { Counters = s_set.Counters.SetItem(0, s_set.Counters[0] with { Modulus = 1000 }) };
        await TellAsync("MQ1", set, [.. new (double DaysAgo, long Mono)[]
        {
            (40, 900), (35, 990), (30, 100), (29.9, 101), (27, 300), (25, 500), (22, 700), (18, 900), (16, 995), (14, 150), (13.9, 151), (5, 200),
        }.Select(r => (r.DaysAgo, ImmutableArray.Create<long?>(r.Mono, 20, 0, 0)))]);
        var (first, second, third, all) = (await ReadAsync("MQ1", 36, 20), await ReadAsync("MQ1", 20, 10), await ReadAsync("MQ1", 10, 1), await ReadAsync("MQ1", 39, 1));
        Assert.Multiple(() =>
        {
            Assert.That((first.Delta, second.Delta, third.Delta, all.Delta), Is.EqualTo(((long?)800, (long?)451, (long?)49, (long?)1300)), "a long period is what its parts come to");
            Assert.That((first.FirstOffset, first.LastOffset), Is.EqualTo(((long?)0, (long?)1000)));
            Assert.That((second.First, second.FirstOffset, second.LastOffset), Is.EqualTo((first.Last, first.LastOffset, (long?)2000)), "the next period begins where the last one ended");
            Assert.That((third.First, third.FirstOffset, third.LastOffset), Is.EqualTo((second.Last, second.LastOffset, (long?)2000)));
            Assert.That((all.FirstOffset, all.LastOffset), Is.EqualTo((first.FirstOffset, third.LastOffset)));
            Assert.That((third.Mono!.FirstOffset, third.Color!.FirstOffset), Is.EqualTo(((long?)2000, (long?)0)), "each figure for itself");
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

    private MeterOffsets Offsets => new(Database, new AuditLog(Database, Ids, TimeProvider.System), Ids, TimeProvider.System);

    private MeterSwaps Swaps => new(Database, new MeterSpans(Database), Offsets, TimeProvider.System);

    private static ImmutableDictionary<string, long> Figures(params (string Counter, long Pages)[] figures) => figures.ToImmutableDictionary(f => f.Counter, f => f.Pages);

    private async Task<long> DeviceAsync(string serial) => (await ListAsync(new FleetQuestion(serial), FleetPlace.Start, 1))[0].DeviceId;

    private static BaseCounter Counter(int index, PageFunction function, PageColor color, CounterUnit unit) =>
        new() { Index = index, Key = new CounterKey(function, color, PageSize.Any, PageSides.Any, unit), Role = CounterRole.Part, Oids = [$"1.3.{index + 1}"] };

    private Task TellAsync(string serial, params (double DaysAgo, ImmutableArray<long?> Values)[] readings) => TellAsync(serial, s_set, readings);

    private async Task TellAsync(string serial, BaseCounterSet set, params (double DaysAgo, ImmutableArray<long?> Values)[] readings)
    {
        var agent = await AgentAsync();
        foreach (var ((days, values), n) in readings.Select((r, n) => (r, n)))
        {
            var record = TestAgent.Read(serial, 0, days * 1440, Now);
            record = record with { Reading = record.Reading! with { Set = set, Values = values } };
            Assert.That(await SendAsync(agent, agent.Sealed(n + 1, Now, record)), Is.EqualTo(AckOutcome.Taken));
            await ApplyAsync();
        }
    }

    private async Task<MeterRead> ReadAsync(string serial, int fromDays, int toDays) => (await ReadsAsync(new FleetQuestion(serial), fromDays, toDays)).Single();

    private async Task<List<MeterRead>> ReadsAsync(FleetQuestion question, int fromDays, int toDays)
    {
        var reads = new MeterReads(Database, new MeterSpans(Database), Devices, Offsets);
        var all = new List<MeterRead>();
        await foreach (var (_, read) in reads.AllAsync(new FleetScope(1), question, new ReportPeriod(Now.AddDays(-fromDays), Now.AddDays(-toDays), null), FleetPlace.Start, Now, MeterReads.PageSize, default))
        {
            all.Add(read);
        }

        return all;
    }

    private Task<IReadOnlyList<FleetDeviceRow>> ListAsync(FleetQuestion question, FleetPlace after, int limit) => Devices.ListAsync(new FleetScope(1), question, after, limit, default);
}
