using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Tests.Data;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>
/// A small office whose days were posted by the real rules: device hall (copies by colour, prints, a total, duplex sheets) with Alice of Sales and Bob of
/// nowhere, device attic (a total only) with Bob. The site counts days in Berlin.
/// </summary>
internal abstract class OfficeFixture(Db db) : JournalFixture(db)
{
    protected static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    protected static readonly PriceList Prices = new("EUR", 20_000, 100_000, 0, 0, 0);

    private readonly Dictionary<long, long[]> _meters = [];

    protected long Hall { get; private set; }
    protected long Attic { get; private set; }
    protected long Alice { get; private set; }
    protected long Bob { get; private set; }
    protected long Project { get; private set; }

    protected ReportOptions ReportOptions { get; } = new() { TimeZone = Berlin, Prices = Prices };

    protected ReportService Reports
    {
        get
        {
            EntryReader entries = new(Database);
            UsageReader usage = new(Database, entries, ReportOptions);
            return new ReportService(new PageReports(usage, entries, ReportOptions), new JobsReport(Database, entries, ReportOptions),
                new MeterReports(Database, new MeterSpans(Database), entries, usage));
        }
    }

    protected static BaseCounterSet HallSet { get; } = new()
    {
        Profile = "hall", ProfileVersion = 1,
        Counters =
        [
            Counter(0, PageFunction.Copy, PageColor.Mono, CounterRole.Part), Counter(1, PageFunction.Copy, PageColor.Color, CounterRole.Part),
            Counter(2, PageFunction.Print, PageColor.Any, CounterRole.Part), Counter(3, PageFunction.Total, PageColor.Any, CounterRole.Total),
        ],
    };

    protected static BaseCounterSet AtticSet { get; } = new()
    {
        Profile = "attic", ProfileVersion = 1, Counters = [Counter(0, PageFunction.Total, PageColor.Any, CounterRole.Total)],
    };

    [OneTimeSetUp]
    public async Task LiveThroughTheDaysAsync()
    {
        Hall = await AddDeviceAsync("hall", "Berlin");
        Attic = await AddDeviceAsync("attic", "Bonn");
        Alice = await AddPersonAsync("alice", "Alice Ärmel", "Sales");
        Bob = await AddPersonAsync("bob", "=Bob", null);
        Project = Ids.Next();
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into project (id, org_id, code, code_folded, name, name_folded, created_at, updated_at) values (@id, 1, 'P1', 'p1', 'Project one', 'project one', 0, 0)",
            new { id = Project }), default);

        DateTimeOffset day = new(2026, 3, 31, 8, 0, 0, TimeSpan.FromHours(2));
        await ReadAsync(Hall, day, 1000, 200, 300, 1500);
        await ReadAsync(Attic, day, 70);
        await SessionAsync(Hall, Alice, day.AddMinutes(10), 4, 3, 5, 12);
        await ReadAsync(Hall, day.AddMinutes(29), 0, 0, 0, 0);
        await ReadAsync(Hall, day.AddMinutes(30), 2, 0, 0, 2);
        await SessionAsync(Attic, Bob, day.AddMinutes(40), 7);
        DateTimeOffset next = new(2026, 4, 1, 0, 30, 0, TimeSpan.FromHours(2));
        await SessionAsync(Hall, Bob, next, 1, 0, 0, 1);
    }

    /// <summary>A reading in which the meters moved by the given amounts.</summary>
    protected Task<ReadingOutcome> ReadAsync(long device, DateTimeOffset at, params long[] moved)
    {
        long[] now = _meters.TryGetValue(device, out long[]? before) ? [.. before.Zip(moved, (a, b) => a + b)] : moved;
        _meters[device] = now;
        MeterReading reading = new()
        {
            SentAt = at, At = at, UpTime = (long)(at - new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds * 100, Idle = true, PagesPerMinute = 60,
            Serial = $"S{device}", Set = now.Length == 1 ? AtticSet : HallSet, Values = [.. now.Select(v => (long?)v)], Trigger = ReadingTrigger.Watch, Token = 1,
        };
        return Journal.ApplyAsync(device, s => WalkUpRules.Reading(s, Context(at), reading), default);
    }

    /// <summary>The project that somebody chooses; null for none.</summary>
    protected virtual long? ProjectOf(long person) => person == Alice ? Project : null;

    protected async Task SessionAsync(long device, long person, DateTimeOffset at, params long[] moved)
    {
        await ReadAsync(device, at.AddSeconds(-10), new long[moved.Length]);
        LoginGrant grant = new(Ids.Next(), "t1", person, "card", "copy;copyColor", true);
        await Journal.ApplyAsync(device, s => WalkUpRules.Login(s, Context(at), grant), default);
        await ReadAsync(device, at.AddMilliseconds(100), new long[moved.Length]);
        if (ProjectOf(person) is { } project)
        {
            await Journal.ApplyAsync(device, s => WalkUpRules.Project(s, Context(at.AddSeconds(1)), grant.SessionId, project), default);
        }

        await ReadAsync(device, at.AddSeconds(30), moved);
        await Journal.ApplyAsync(device, s => WalkUpRules.End(s, Context(at.AddSeconds(40)), grant.SessionId, EndReason.User), default);
        for (int i = 0; i < 6; i++)
        {
            await ReadAsync(device, at.AddSeconds(45 + (i * 5)), new long[moved.Length]);
        }
    }

    protected async Task<List<Dictionary<string, object?>>> RowsAsync(string name, string from = "2026-03-01", string to = "2026-04-30", string? by = null, ReportScope? scope = null, string? device = null)
    {
        Report report = await Reports.BuildAsync(new ReportRequest(name, Period(from, to), scope ?? ReportScope.Everything, by, device), default);
        List<Dictionary<string, object?>> rows = [];
        await foreach (ImmutableArray<object?> row in report.Rows)
        {
            rows.Add(report.Columns.Zip(row).ToDictionary(p => p.First.Name, p => p.Second));
        }

        rows.Add(report.Columns.Zip(report.Totals()).ToDictionary(p => p.First.Name, p => p.Second));
        return rows;
    }

    protected static ReportPeriod Period(string from, string to) =>
        ReportPeriod.TryParse(from, to, Berlin, new DateTimeOffset(2026, 4, 2, 12, 0, 0, TimeSpan.Zero), out string error) ?? throw new ArgumentException(error);

    private static DecisionContext Context(DateTimeOffset at) => new(at, new SessionOptions(), Berlin, Prices);

    private static BaseCounter Counter(int index, PageFunction function, PageColor color, CounterRole role) => new()
    {
        Index = index, Role = role, Modulus = 1L << 32, Oids = [$"1.3.{index}"], Key = new CounterKey(function, color, PageSize.Any, PageSides.Any, CounterUnit.Impressions),
    };

    private async Task<long> AddDeviceAsync(string name, string site)
    {
        long id = Ids.Next();
        await Database.WriteAsync(async (c, ct) =>
        {
            await c.ExecuteAsync(
                "insert into device (id, org_id, name, name_folded, address, site, created_at, updated_at) values (@id, 1, @name, @name, '127.0.0.1', @site, 0, 0)", new { id, name, site });
            await DeviceRows.AddAsync(Database, c, 1, id, monitored: true, ct);
            return 0;
        }, default);
        return id;
    }

    protected async Task<long> AddPersonAsync(string user, string name, string? department)
    {
        long id = Ids.Next();
        await new PersonRepository(Database).PutAsync(new PersonRow
        {
            Id = id, OrgId = 1, UserName = user, UserFolded = user, DisplayName = name, Department = department, CreatedAt = default, UpdatedAt = default,
        }, default);
        return id;
    }
}
