using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Reports;
using CopyTrack.Server.Data.Repositories;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class UsageQueriesTests(Db db) : JournalFixture(db)
{
    private static readonly DateOnly s_first = new(2025, 11, 20);
    private static readonly (DateOnly From, DateOnly To)[] s_spans =
    [
        (new(2025, 12, 1), new(2026, 1, 1)), (new(2025, 11, 25), new(2026, 2, 3)), (new(2025, 12, 5), new(2025, 12, 9)), (new(2025, 12, 20), new(2026, 1, 10)),
        (new(2025, 12, 1), new(2025, 12, 20)), (new(2025, 12, 9), new(2026, 1, 1)), (new(2020, 1, 1), new(2030, 1, 1)), (new(2026, 1, 1), new(2026, 1, 1)),
    ];

    private readonly List<UsageRecord> _all = [];
    private readonly Dictionary<long, string> _people = [];
    private readonly Dictionary<long, string?> _departments = [];
    private readonly Dictionary<long, (string Name, string Site)> _devices = [];
    private readonly long[] _projects = [31, 32];

    private UsageQueries Usage => new UsageQueries(Database);

    [OneTimeSetUp]
    public async Task SeedAsync()
    {
        var random = new Random(4711);
        for (var i = 0; i < 12; i++)
        {
            var id = Ids.Next();
            (_people[id], _departments[id]) = ($"User{i:00}", i % 4 == 3 ? null : $"dep{i % 4}");
            await new PersonRepository(Database).PutAsync(new PersonRow
            {
                Id = id, OrgId = 1, UserName = _people[id], UserFolded = NameFolding.Fold(_people[id]), Department = _departments[id], CreatedAt = TestRows.Now, UpdatedAt = TestRows.Now,
            }, default);
        }

        foreach (var project in _projects)
        {
            await ExecuteAsync("insert into project (id, org_id, code, code_folded, name, name_folded, created_at, updated_at) values (@id, 1, @name, @name, @name, @name, 0, 0)", project, $"p{project}");
        }

        for (var i = 0; i < 4; i++)
        {
            var id = await Database.AddDeviceAsync(Ids);
            _devices[id] = ($"device {id}", $"site{i % 2}");
            await ExecuteAsync("update device set site = @name where id = @id", id, _devices[id].Site);
            var usage = Enumerable.Range(0, 300).Select(_ => Random(random, id)).ToImmutableArray();
            _all.AddRange(usage);
            await Journal.ApplyAsync(id, s => (new DeviceChange { State = s, Usage = usage }, 0), default);
        }
    }

    [Test]
    public async Task Rows_and_totals_are_the_sums_of_what_was_posted([Values] UsageBy by, [Values] bool oneSite)
    {
        foreach (var (from, to) in s_spans)
        {
            var filter = new UsageFilter(from, to) { Site = oneSite ? "site1" : null };
            var expected = Matching(filter).Where(u => by == UsageBy.Device || u.PersonId is not null)
                .GroupBy(u => KeyOf(by, u), StringComparer.Ordinal).ToDictionary(g => g.Key, Sum);

            var page = await Usage.SumAsync(by, filter, null, 1000, default);

            Assert.That(page.Rows.ToDictionary(r => r.Key, r => (r.Jobs, r.Counts)), Is.EqualTo(expected), $"{from} {to}");
            Assert.That((page.Totals.Jobs, page.Totals.Counts), Is.EqualTo(Sum(page.Rows)));
            Assert.That(page.Next, Is.Null);
        }
    }

    [Test]
    public async Task Filters_on_person_project_and_department_narrow_rows_and_totals([Values] UsageBy by)
    {
        var (from, to) = s_spans[1];
        foreach (var filter in new[]
        {
            new UsageFilter(from, to) { PersonId = _people.Keys.First() }, new UsageFilter(from, to) { ProjectId = 31 }, new UsageFilter(from, to) { Department = "dep1" },
        })
        {
            var expected = Sum(Matching(filter).Where(u => u.PersonId is not null || (by == UsageBy.Device && filter.ProjectId is not null)));

            var page = await Usage.SumAsync(by, filter, null, 1000, default);

            Assert.That((page.Totals.Jobs, page.Totals.Counts), Is.EqualTo(expected), $"{filter}");
            Assert.That(Sum(page.Rows), Is.EqualTo(expected), $"{filter}");
        }
    }

    [Test]
    public async Task Pages_follow_each_other_without_gap_or_repeat([Values] UsageBy by)
    {
        var filter = new UsageFilter(s_spans[1].From, s_spans[1].To);
        var whole = await Usage.SumAsync(by, filter, null, 1000, default);

        var rows = new List<UsageRow>();
        string? after = null;
        do
        {
            var page = await Usage.SumAsync(by, filter, after, 2, default);
            rows.AddRange(page.Rows);
            after = page.Next;
            Assert.That(page.Totals, Is.EqualTo(whole.Totals));
        }
        while (after is not null);

        Assert.That(rows, Is.EqualTo(whole.Rows));
    }

    [Test]
    public async Task Causes_add_up_to_what_the_devices_made()
    {
        var filter = new UsageFilter(s_spans[1].From, s_spans[1].To);
        var causes = await Usage.CausesAsync(filter, default);

        Assert.That(
            causes.ToDictionary(c => (c.DeviceId, c.Cause), c => (c.Jobs, c.Counts)),
            Is.EqualTo(Matching(filter).GroupBy(u => (u.DeviceId, u.Cause)).ToDictionary(g => g.Key, Sum)));
    }

    [Test]
    public async Task Ledger_comes_back_as_it_was_posted()
    {
        var device = await Database.AddDeviceAsync(Ids);
        var session = TestRows.Session(Ids.Next(), device, SessionState.Active, _people.Keys.First());
        var change = TestRows.Settle(StateDocument.Empty(device), session, 1, TestRows.Now) with
        {
            Epochs = [new EpochRecord(device, 1, TestRows.Now, "first", null, TestRows.Counters)],
            Usage = [],
        };
        await Journal.ApplyAsync(device, _ => (change, 0), default);
        var ledger = new LedgerQueries(Database);

        var entries = await ToListAsync(ledger.EntriesAsync(new LedgerFilter(TestRows.Now, TestRows.Now.AddTicks(10)) { DeviceId = device }, default));
        var readings = await ToListAsync(ledger.ReadingsAsync(device, TestRows.Now, TestRows.Now.AddDays(1), default));
        var epochs = await ledger.EpochsAsync(device, default);

        Assert.That(entries.Select(e => e.Entry), Is.EqualTo(change.Entries));
        Assert.That(entries[0], Is.EqualTo(new LedgerRow(change.Entries[0], $"device {device}", "User00", null)));
        Assert.That(readings.Select(r => r with { Values = [] }), Is.EqualTo(change.Readings.Select(r => r with { Values = [] })));
        Assert.That(readings[0].Values, Is.EqualTo(change.Readings[0].Values));
        Assert.That(epochs.Single() with { Set = TestRows.Counters }, Is.EqualTo(change.Epochs[0]));
        Assert.That(epochs.Single().Set.Fingerprint, Is.EqualTo(TestRows.Counters.Fingerprint));
        Assert.That(await ToListAsync(ledger.EntriesAsync(new LedgerFilter(TestRows.Now.AddTicks(10), TestRows.Now.AddDays(1)) { DeviceId = device }, default)), Is.Empty);
    }

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }

    private static (long Jobs, PageCounts Counts) Sum(IEnumerable<UsageRecord> usage) =>
        usage.Aggregate((0L, default(PageCounts)), (sum, u) => (sum.Item1 + u.Jobs, sum.Item2 + u.Counts));

    private static (long Jobs, PageCounts Counts) Sum(IEnumerable<UsageRow> rows) =>
        rows.Aggregate((0L, default(PageCounts)), (sum, r) => (sum.Item1 + r.Jobs, sum.Item2 + r.Counts));

    private IEnumerable<UsageRecord> Matching(UsageFilter f) => _all.Where(u =>
        u.Day >= f.From && u.Day < f.To && (f.Site is null || _devices[u.DeviceId].Site == f.Site) && (f.PersonId is null || u.PersonId == f.PersonId)
        && (f.ProjectId is null || u.ProjectId == f.ProjectId)
        && (f.Department is null || (u.PersonId is { } person && _departments[person] == f.Department)));

    private string KeyOf(UsageBy by, UsageRecord u) => by switch
    {
        UsageBy.User => _people[u.PersonId!.Value],
        UsageBy.Device => _devices[u.DeviceId].Name,
        UsageBy.Department => _departments[u.PersonId!.Value] ?? "",
        UsageBy.Project => u.ProjectId is { } project ? $"p{project}" : "",
        _ => $"{u.Day:yyyy-MM}",
    };

    private UsageRecord Random(Random random, long device)
    {
        var person = random.Next(5) == 0 ? (long?)null : _people.Keys.ElementAt(random.Next(_people.Count));
        long N() => random.Next(-2, 20);
        return new UsageRecord(
            s_first.AddDays(random.Next(90)), device, person, random.Next(2) == 0 ? null : _projects[random.Next(2)], (PageFunction)random.Next(1, 5),
            person is null ? (Cause)random.Next(1, 4) : Cause.None, random.Next(2), new PageCounts(N(), N(), N(), N(), N(), N(), N(), N(), N(), N(), N(), N(), N()));
    }

    private Task<int> ExecuteAsync(string sql, long id, string name) => Database.WriteAsync((c, _) => c.ExecuteAsync(sql, new { id, name }), default);
}
