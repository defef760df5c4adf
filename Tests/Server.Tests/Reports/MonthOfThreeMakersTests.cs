using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Tests.Data;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>A month of copies on a simulated Kyocera, Ricoh and Canon, read by SNMP and posted by the real rules: what each can't split is unknown, never 0, and what it can is right.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class MonthOfThreeMakersTests(Db db) : JournalFixture(db)
{
    private const int Days = 31;
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 6, 0, 0, TimeSpan.Zero);
    private static readonly PriceList s_prices = new("EUR", 0, 0, 0, 0, 0);

    // A day: 3 pages in colour, 2 large ones in black, 4 in black on both sides of 2 sheets.
    private static readonly JobRequest[] s_day =
    [
        new() { Function = JobFunction.Copy, Pages = 3, Color = JobColor.FullColor }, new() { Function = JobFunction.Copy, Pages = 2, Size = PaperSize.A3 },
        new() { Function = JobFunction.Copy, Pages = 4, Duplex = true },
    ];

    private readonly Dictionary<string, BaseCounterSet> _sets = [];

    [OneTimeSetUp]
    public async Task LiveThroughTheMonthAsync()
    {
        SimulatedTime time = new(s_start);
        using Simulator simulator = new(time);
        using UdpSnmpClient client = new(TimeProvider.System, new SnmpClientOptions { Sockets = 1 });
        MeterReader reader = new(client, ProfileLibrary.BuiltIn);
        foreach (string maker in new[] { "kyocera", "ricoh", "canon" })
        {
            SimulatedMfp device = simulator.Add(new MfpSetup { Model = MfpModel.BuiltIn(maker) });
            SnmpTarget target = SnmpTarget.V2c(System.Net.IPAddress.Loopback, device.EndPoint!.Port, "public");
            BoundProfile profile = ((BindOutcome.Bound)await reader.BindAsync(target, null, default)).Profile;
            _sets[maker] = profile.Set;
            long id = await AddDeviceAsync(maker);
            await ReadAsync(id);
            for (int day = 0; day < Days; day++)
            {
                foreach (JobRequest job in s_day)
                {
                    Assert.That(device.Submit(job), Is.TypeOf<JobAnswer.Accepted>());
                    time.Advance(TimeSpan.FromMinutes(5));
                }

                device.LoadPaper();
                await ReadAsync(id);
                await ReadAsync(id);
                time.Advance(TimeSpan.FromMinutes(15));
            }

            async Task ReadAsync(long deviceId)
            {
                time.Advance(TimeSpan.FromMinutes(1));
                MeterReading reading = ((ReadOutcome.Read)await reader.ReadAsync(target, profile, ReadingTrigger.Settle, 1, default)).Reading with { SentAt = time.GetUtcNow(), At = time.GetUtcNow() };
                await Journal.ApplyAsync(deviceId, s => WalkUpRules.Reading(s, new DecisionContext(time.GetUtcNow(), new SessionOptions(), TimeZoneInfo.Utc, s_prices), reading), default);
            }
        }
    }

    [TestCase("kyocera", 186L, 93L, 217L, 62L, 217L, 62L)]
    [TestCase("ricoh", 186L, 93L, null, null, null, null)]
    [TestCase("canon", null, null, null, null, null, null)]
    public async Task Report_has_what_the_device_tells_and_nothing_else(string maker, long? mono, long? color, long? normal, long? large, long? sheets, long? duplexSheets)
    {
        Dictionary<string, object?> row = await RowAsync("devices", maker);
        Assert.That(
            (row["impressions"], row["mono"], row["color"], row["normal"], row["large"], row["sheets"], row["duplexSheets"]),
            Is.EqualTo(((object?)(9L * Days), (object?)mono, (object?)color, (object?)normal, (object?)large, (object?)sheets, (object?)duplexSheets)));
        Assert.That((row["simplexSheets"], row["duplexShare"]), Is.EqualTo(((object?)(sheets - duplexSheets), sheets is null ? null : (object?)Math.Round(100m * duplexSheets!.Value / sheets.Value, 2))), "unknown is unknown, not 0");
    }

    [TestCase("kyocera", Split.Known, Split.Known, Split.Derived)]
    [TestCase("ricoh", Split.Known, Split.Unknown, Split.Unknown)]
    [TestCase("canon", Split.Unknown, Split.Unknown, Split.Unknown)]
    public async Task Page_and_meters_report_say_what_is_known_of_copies(string maker, Split color, Split size, Split sides)
    {
        FunctionSplit copies = Splits.Of(_sets[maker]).Single(s => s.Function == PageFunction.Copy);
        Assert.That((copies.Pages, copies.Color, copies.Size, copies.Sides), Is.EqualTo((true, color, size, sides)));
        ReportNode.Items told = (ReportNode.Items)(await RowAsync("meters", maker))["splits"]!;
        Assert.That(((ReportNode.Members)told.Values[0]!).Values.Select(m => m.Value), Is.EqualTo(new object[]
        {
            "copy", true, Words.Camel(color.ToString()), Words.Camel(size.ToString()), Words.Camel(sides.ToString()),
        }));
    }

    private async Task<Dictionary<string, object?>> RowAsync(string name, string maker)
    {
        EntryReader entries = new(Database);
        ReportOptions options = new() { TimeZone = TimeZoneInfo.Utc, Prices = s_prices };
        ReportService reports = new(new PageReports(new UsageReader(Database, entries, options), entries, options), new JobsReport(Database, entries, options), new MeterReports(Database, new MeterSpans(Database), entries, new UsageReader(Database, entries, options)));
        ReportPeriod period = ReportPeriod.TryParse("2026-03-01", "2026-04-30", TimeZoneInfo.Utc, s_start.AddDays(60), out _)!;
        Report report = await reports.BuildAsync(new ReportRequest(name, period, ReportScope.Everything), default);
        await foreach (ImmutableArray<object?> row in report.Rows)
        {
            if (Equals(row[0], maker))
            {
                return report.Columns.Zip(row).ToDictionary(p => p.First.Name, p => p.Second);
            }
        }

        throw new AssertionException($"no row for {maker}");
    }

    private async Task<long> AddDeviceAsync(string name)
    {
        long id = Ids.Next();
        await Database.WriteAsync(async (c, ct) =>
        {
            await c.ExecuteAsync("insert into device (id, org_id, name, name_folded, address, created_at, updated_at) values (@id, 1, @name, @name, '127.0.0.1', 0, 0)", new { id, name });
            await DeviceRows.AddAsync(Database, c, 1, id, monitored: true, ct);
            return 0;
        }, default);
        return id;
    }
}
