using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Packs;
using CopyTrack.Server.Tests.Data;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>Sums are those of what was posted, out of the roll-ups as out of packed days.</summary>
[TestFixture(Db.Sqlite, false)]
[TestFixture(Db.PostgreSql, false)]
[TestFixture(Db.Sqlite, true)]
[TestFixture(Db.PostgreSql, true)]
internal sealed class UsageReaderTests(Db db, bool isPacked) : JournalFixture(db)
{
    /// <summary>Two days are not over yet when days are packed: those are read from their rows.</summary>
    private static readonly FixedTime s_clock = new(new DateTimeOffset(2026, 2, 16, 12, 0, 0, TimeSpan.Zero));
    private static readonly ReportOptions s_options = new() { TimeZone = TimeZoneInfo.Utc };

    private static readonly DateOnly s_first = new(2025, 11, 20);
    private static readonly (DateOnly First, DateOnly Last)[] s_spans =
    [
        (new(2025, 12, 1), new(2025, 12, 31)), (new(2025, 11, 25), new(2026, 2, 2)), (new(2025, 12, 5), new(2025, 12, 8)), (new(2025, 12, 20), new(2026, 1, 9)),
        (new(2025, 12, 1), new(2025, 12, 19)), (new(2025, 12, 9), new(2025, 12, 31)), (new(2020, 1, 1), new(2029, 12, 31)), (new(2026, 1, 1), new(2026, 1, 1)),
    ];

    private readonly List<UsageRecord> _all = [];
    private readonly Dictionary<long, string> _people = [];
    private readonly Dictionary<long, string?> _departments = [];
    private readonly Dictionary<long, (string Name, string Site)> _devices = [];
    private readonly long[] _projects = [31, 32];

    private UsageReader Usage => new(Database, new EntryReader(Database), s_options, isPacked ? new PackedUsage(Database, s_options, s_clock) : null);

    /// <summary>What sums are kept apart by.</summary>
    public enum Dimension
    {
        /// <summary>People.</summary>
        User,

        /// <summary>Projects.</summary>
        Project,

        /// <summary>Devices.</summary>
        Device,

        /// <summary>Months.</summary>
        Month,

        /// <summary>Days.</summary>
        Day,

        /// <summary>Functions.</summary>
        Function,

        /// <summary>Causes.</summary>
        Cause,

        /// <summary>Sites.</summary>
        Site,
    }

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

        if (isPacked)
        {
            await PackAsync();
            // Whoever comes late marks the day: it is read from its rows until it is packed again.
            long device = _devices.Keys.First();
            UsageRecord[] late = [.. Enumerable.Range(0, 5).Select(i => Random(random, device) with { Day = s_first.AddDays(12 * i) })];
            _all.AddRange(late);
            await Journal.ApplyAsync(device, s => (new DeviceChange { State = s, Usage = [.. late] }, 0), default);
        }
    }

    [Test]
    public async Task Sums_are_those_of_what_was_posted([Values] Dimension by, [Values(null, true, false)] bool? owned, [Values] bool oneSite)
    {
        foreach ((DateOnly first, DateOnly last) in s_spans)
        {
            await ExpectSumsAsync(first, last, oneSite ? ReportScope.Parts(1, sites: ["site1"]) : ReportScope.Everything, new ReportFilter(), by, owned);
        }
    }

    [Test]
    public async Task Filters_narrow_the_sums([Values] Dimension by)
    {
        (DateOnly first, DateOnly last) = s_spans[1];
        ReportScope all = ReportScope.Everything;
        await ExpectSumsAsync(first, last, all, new ReportFilter { PersonId = _people.Keys.First() }, by, true);
        await ExpectSumsAsync(first, last, all, new ReportFilter { ProjectId = 31 }, by, true);
        await ExpectSumsAsync(first, last, all, new ReportFilter { DeviceId = _devices.Keys.First() }, by, null);
        await ExpectSumsAsync(first, last, ReportScope.Parts(1, departments: ["dep1"]), new ReportFilter(), by, true);
        await ExpectSumsAsync(first, last, all, new ReportFilter { Department = "dep1" }, by, true);
        await ExpectSumsAsync(first, last, all, new ReportFilter { Department = "" }, by, true);
        await ExpectSumsAsync(first, last, all, new ReportFilter { ProjectId = 0 }, by, null);
        await ExpectSumsAsync(first, last, all, new ReportFilter { Site = "site0", Function = 2 }, by, null);
        await ExpectSumsAsync(first, last, all, new ReportFilter { Cause = 2 }, by, null);
        await ExpectSumsAsync(first, last, all, new ReportFilter { Cause = 0, Function = 1 }, by, true);
    }

    [Test]
    public async Task Scopes_together_show_what_each_shows_alone_and_nothing_else([Values] Dimension by, [Values(null, true)] bool? owned)
    {
        // Whatever is asked for, out of packs, roll-ups of days and months and their rows: what the rule says of each row.
        var random = new Random(42 + (int)by);
        for (int i = 0; i < 14; i++)
        {
            ReportScope scope = i == 0 ? ReportScope.Parts(1, fleet: ["dealer=north"]) : ReportScope.Parts(1, Some("site0", "site1", "nowhere"), Some("dep0", "dep1", "dep2", "Dep1"), Some(31L, 32L, -1L));
            (DateOnly first, DateOnly last) = s_spans[random.Next(s_spans.Length)];
            ReportFilter filter = random.Next(6) switch
            {
                0 => new ReportFilter { ProjectId = 31 }, 1 => new ReportFilter { Department = "dep2" }, 2 => new ReportFilter { Site = "site0" }, 3 => new ReportFilter { PersonId = _people.Keys.ElementAt(5) }, _ => new ReportFilter(),
            };
            await ExpectSumsAsync(first, last, scope, filter, by, owned);
        }

        T[] Some<T>(params T[] all) => random.Next(2) == 0 ? [] : [.. all.Where(_ => random.Next(2) == 0)];
    }

    [Test]
    public async Task Days_are_packed_once_and_again_when_something_came_late()
    {
        if (!isPacked)
        {
            Assert.That(await Database.CountAsync("select count(*) from usage_pack"), Is.Zero, "nobody packs but who is asked to");
            return;
        }

        int over = new DateOnly(2026, 2, 15).DayNumber;
        Assert.That(await Database.CountAsync("select max(day) from usage_pack"), Is.EqualTo(over), "a day that is not over is not packed");
        Assert.That(await Database.CountAsync("select count(*) from usage_pack where kind = 0 and part = 0"), Is.EqualTo(over - s_first.DayNumber + 1), "days without rows are packed too");
        Assert.That(await Database.CountAsync("select count(*) from usage_late where day <= @over", new { over }), Is.EqualTo(5));

        UsageReader reader = Usage;
        ReportPeriod period = ReportSpans.Between(s_first, s_first.AddDays(89), TimeZoneInfo.Utc);
        UsageSplit all = new(true, true, true, false, true, true, true);
        List<UsageSum> before = await reader.ReadAsync(period, ReportScope.Everything, new ReportFilter(), all, null, default);
        // A mark of another version than was seen stays.
        await Database.WriteAsync((c, _) => c.ExecuteAsync(Database.Sql["UsageLate_Drop"], new { orgId = 1L, day = s_first.DayNumber, deviceId = _devices.Keys.First(), version = 1L }), default);
        Assert.That(await Database.CountAsync("select count(*) from usage_late where day <= @over", new { over }), Is.EqualTo(5));
        Assert.That(await PackAsync(), Is.EqualTo(5));
        Assert.That(await PackAsync(), Is.Zero);
        Assert.That(await Database.CountAsync("select count(*) from usage_late where day <= @over", new { over }), Is.Zero);
        List<UsageSum> after = await reader.ReadAsync(period, ReportScope.Everything, new ReportFilter(), all, null, default);
        List<UsageSum> summed = await new UsageReader(Database, new EntryReader(Database), s_options).ReadAsync(period, ReportScope.Everything, new ReportFilter(), all, null, default);
        Assert.That(after, Is.EquivalentTo(before));
        Assert.That(after, Is.EquivalentTo(summed), "names and all");
    }

    private Task<int> PackAsync() => new UsagePacker(Database, s_options, s_clock).RunAsync(int.MaxValue, (_, _) => Task.CompletedTask, default);

    [TestCase(null, null, null)]
    [TestCase(true, null, "site1")]
    [TestCase(false, 9, null)]
    [TestCase(null, 0, "site0")]
    public async Task Hours_of_whole_months_are_those_of_what_was_posted(bool? owned, int? hour, string? site)
    {
        var expected = _all.Where(u => u.Day >= new DateOnly(2025, 12, 1) && u.Day <= new DateOnly(2026, 1, 31) && (owned is null || owned == u.PersonId is not null)
                && (hour is null || u.Hour == hour) && (site is null || _devices[u.DeviceId].Site == site))
            .GroupBy(u => u.Hour).ToDictionary(g => g.Key, g => g.Aggregate((0L, default(PageCounts)), (sum, u) => (sum.Item1 + u.Jobs, sum.Item2 + u.Counts)));
        ReportPeriod period = ReportPeriod.TryParse("2025-12-01", "2026-01-31", TimeZoneInfo.Utc, TestRows.Now, out _)!;

        List<UsageSum> sums = await Usage.ReadAsync(period, ReportScope.Everything, new ReportFilter { Hour = hour, Site = site },
            new UsageSplit(false, false, false, false, false, false, false, Hour: true), owned, default);

        Assert.That(sums.GroupBy(s => s.Hour).ToDictionary(g => g.Key, g => g.Aggregate((0L, default(PageCounts)), (sum, s) => (sum.Item1 + s.Jobs, sum.Item2 + s.Counts))), Is.EqualTo(expected));
        if (isPacked)
        {
            Assert.That(await Database.CountAsync("select count(*) from usage_pack where kind = 2"), Is.EqualTo(3), "November to January");
        }
    }

    [Test]
    public void A_span_is_cut_at_the_ends_of_months()
    {
        foreach ((DateOnly first, DateOnly last) in s_spans)
        {
            UsageSpan span = UsageSpan.Of(first, last);
            List<int> days = [.. Days(span.Head), .. Days(span.Tail)];
            for (int month = span.Months.First; month <= span.Months.Last; month++)
            {
                DateOnly begin = new(month / 12, (month % 12) + 1, 1);
                days.AddRange(Days((begin.DayNumber, begin.AddMonths(1).DayNumber - 1)));
            }

            Assert.That(days.Order(), Is.EqualTo(Days((first.DayNumber, last.DayNumber))), $"{first} {last}");
        }

        static IEnumerable<int> Days((int First, int Last) part) => Enumerable.Range(part.First, Math.Max(0, part.Last - part.First + 1));
    }

    private async Task ExpectSumsAsync(DateOnly first, DateOnly last, ReportScope scope, ReportFilter filter, Dimension by, bool? owned)
    {
        var expected = _all
            .Where(u => u.Day >= first && u.Day <= last && scope.Sees(_devices[u.DeviceId].Site, u.PersonId is { } person ? _departments[person] : null, u.ProjectId)
                && (owned is null || owned == u.PersonId is not null) && (filter.PersonId is null || u.PersonId == filter.PersonId)
                && (filter.ProjectId is null || (u.ProjectId ?? 0) == filter.ProjectId) && (filter.DeviceId is null || u.DeviceId == filter.DeviceId)
                && (filter.Site is null || _devices[u.DeviceId].Site == filter.Site) && (filter.Function is null || (int)u.Function == filter.Function)
                && (filter.Cause is null || (int)u.Cause == filter.Cause)
                && (filter.Department is null || (u.PersonId is { } one && (_departments[one] ?? "") == filter.Department)))
            .GroupBy(u => KeyOf(by, u), StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Aggregate((0L, default(PageCounts)), (sum, u) => (sum.Item1 + u.Jobs, sum.Item2 + u.Counts)));
        ReportPeriod period = ReportPeriod.TryParse($"{first:yyyy-MM-dd}", $"{last:yyyy-MM-dd}", TimeZoneInfo.Utc, TestRows.Now, out string error)!;
        UsageSplit split = new(
            by == Dimension.User, by == Dimension.Project, by is Dimension.Device or Dimension.Site, by == Dimension.Month, by == Dimension.Day, by == Dimension.Function,
            by == Dimension.Cause);

        List<UsageSum> sums = await Usage.ReadAsync(period, scope, filter, split, owned, default);

        Assert.That(error, Is.Empty);
        Assert.That(
            sums.GroupBy(s => KeyOf(by, s), StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => g.Aggregate((0L, default(PageCounts)), (sum, s) => (sum.Item1 + s.Jobs, sum.Item2 + s.Counts))),
            Is.EqualTo(expected), $"{first} {last} {scope} {filter}");
    }

    private string KeyOf(Dimension by, UsageRecord u) => by switch
    {
        Dimension.User => u.PersonId is { } person ? _people[person] : "",
        Dimension.Device => _devices[u.DeviceId].Name,
        Dimension.Project => u.ProjectId is { } project ? $"p{project}" : "",
        Dimension.Month => $"{u.Day:yyyy-MM}",
        Dimension.Day => $"{u.Day:yyyy-MM-dd}",
        Dimension.Function => $"{u.Function}",
        Dimension.Site => _devices[u.DeviceId].Site,
        _ => $"{u.Cause}",
    };

    private static string KeyOf(Dimension by, UsageSum s) => by switch
    {
        Dimension.User => s.UserName ?? "",
        Dimension.Device => s.DeviceName!,
        Dimension.Project => s.ProjectCode ?? "",
        Dimension.Month => s.Day != 0 ? $"{DateOnly.FromDayNumber(s.Day):yyyy-MM}" : $"{s.Month / 12:0000}-{(s.Month % 12) + 1:00}",
        Dimension.Day => $"{DateOnly.FromDayNumber(s.Day):yyyy-MM-dd}",
        Dimension.Function => $"{(PageFunction)s.Function}",
        Dimension.Site => s.Site!,
        _ => $"{(Cause)s.Cause}",
    };

    private UsageRecord Random(Random random, long device)
    {
        var person = random.Next(5) == 0 ? (long?)null : _people.Keys.ElementAt(random.Next(_people.Count));
        long N() => random.Next(-2, 20);
        return new UsageRecord(
            s_first.AddDays(random.Next(90)), device, person, random.Next(2) == 0 ? null : _projects[random.Next(2)], (PageFunction)random.Next(1, 5),
            person is null ? (Cause)random.Next(1, 4) : Cause.None, random.Next(2), new PageCounts(N(), N(), N(), N(), N(), N(), N(), N(), N(), N(), N(), N(), N())) { Hour = random.Next(24) };
    }

    private Task<int> ExecuteAsync(string sql, long id, string name) => Database.WriteAsync((c, _) => c.ExecuteAsync(sql, new { id, name }), default);
}
