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

/// <summary>What is kept of packed days is never older than the days themselves, and what people and devices are called and belong to never older than they are.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class KeptSumsTests(Db db) : JournalFixture(db)
{
    private static readonly FixedTime s_clock = new(new DateTimeOffset(2026, 2, 16, 12, 0, 0, TimeSpan.Zero));
    private static readonly ReportOptions s_options = new() { TimeZone = TimeZoneInfo.Utc };
    private static readonly DateOnly s_first = new(2025, 11, 20);

    private readonly List<long> _people = [];
    private readonly List<long> _devices = [];

    [OneTimeSetUp]
    public async Task SeedAsync()
    {
        Random random = new(4711);
        for (int i = 0; i < 9; i++)
        {
            _people.Add(Ids.Next());
            await new PersonRepository(Database).PutAsync(new PersonRow
            {
                Id = _people[i], OrgId = 1, UserName = $"user{i}", UserFolded = $"user{i}", Department = i % 3 == 2 ? null : $"dep{i % 3}", CreatedAt = TestRows.Now, UpdatedAt = TestRows.Now,
            }, default);
        }

        for (int i = 0; i < 3; i++)
        {
            _devices.Add(await Database.AddDeviceAsync(Ids));
            await ExecuteAsync("update device set site = @name where id = @id", _devices[i], $"site{i % 2}");
            ImmutableArray<UsageRecord> usage = [.. Enumerable.Range(0, 150).Select(_ => Random(random, _devices[i]))];
            await Journal.ApplyAsync(_devices[i], s => (new DeviceChange { State = s, Usage = usage }, 0), default);
        }
    }

    [TestCase(PeoplePlaces.Few)]
    [TestCase(5)]
    public async Task Sums_that_are_kept_are_at_every_moment_those_that_the_database_adds_up(int few)
    {
        UsageReader kept = new(Database, new EntryReader(Database), s_options, new PackedUsage(Database, s_options, s_clock, few)), summed = new(Database, new EntryReader(Database), s_options);
        long device = _devices[0], person = _people[0];
        Random random = new(17);
        await PackAsync();
        await SameAsync("at first");
        await SameAsync("asked again");
        foreach (int day in new[] { 3, 40, 3, 88 })
        {
            UsageRecord late = Random(random, device) with { Day = s_first.AddDays(day) };
            await Journal.ApplyAsync(device, s => (new DeviceChange { State = s, Usage = [late] }, 0), default);
            await SameAsync($"something was added to day {day}");
        }

        await PackAsync();
        await SameAsync("packed again");
        await ExecuteAsync("update person set department = @name, updated_at = 4000000000000000 where id = @id", person, $"elsewhere{few}");
        await SameAsync("somebody moved to another department");
        await SameAsync("asked again after that");
        await ExecuteAsync("update device set site = @name where id = @id", device, "site9");
        await SameAsync("a device was moved");
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update person set merged_into = @into where id = @person", new { person, into = _people[^1] }), default);
        await SameAsync("somebody was merged");
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update person set merged_into = null where id = @person", new { person }), default);
        await SameAsync("and is themselves again");
        await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from usage_pack"), default);
        await SameAsync("all packs are gone");

        async Task SameAsync(string when)
        {
            foreach (UsageSplit split in new UsageSplit[]
            {
                new(true, false, false, false, false, false, false), new(true, false, false, true, false, false, false) { OnlyDepartments = true }, new(false, false, true, false, true, false, false) { OnlySites = true },
                new(true, true, true, false, false, true, true), new(false, false, false, false, false, true, true),
            })
            {
                foreach ((ReportFilter filter, DateOnly last) in new[] { (new ReportFilter(), new DateOnly(2026, 1, 31)), (new ReportFilter { Department = "dep1" }, new DateOnly(2026, 1, 31)), (new ReportFilter { Site = "site1" }, s_first.AddDays(89)) })
                {
                    ReportPeriod period = ReportSpans.Between(s_first, last, TimeZoneInfo.Utc);
                    List<string> one = Told(split, await kept.ReadAsync(period, ReportScope.Everything, filter, split, null, default)), other = Told(split, await summed.ReadAsync(period, ReportScope.Everything, filter, split, null, default));
                    Assert.That(one, Is.EqualTo(other), $"{when}: {split} {filter}");
                }
            }
        }
    }

    [Test]
    public async Task Sums_that_everybody_asks_for_are_made_before_anybody_does_and_only_where_there_are_many()
    {
        PackedUsage packs = new(Database, s_options, s_clock, 5);
        FirstSums sums = new(Database, packs, s_options, s_clock);
        await PackAsync();
        int rests = 0;
        Task Rest(TimeSpan took, CancellationToken ct)
        {
            rests++;
            return Task.CompletedTask;
        }

        Assert.That((await sums.RunAsync(Rest, default), rests), Is.EqualTo((0, 0)), "a small site does nothing");
        Assert.That((await sums.RunAsync(Rest, default, 0), rests), Is.EqualTo((10, 11)), "four sums of two months, what both are compared with, and the people");
        Assert.That((await sums.RunAsync(Rest, default, 0), rests), Is.EqualTo((0, 11)), "nothing is made twice");
        UsageRecord late = Random(new Random(3), _devices[1]) with { Day = new DateOnly(2026, 1, 7) };
        await Journal.ApplyAsync(_devices[1], s => (new DeviceChange { State = s, Usage = [late] }, 0), default);
        Assert.That(await sums.RunAsync(Rest, default, 0), Is.EqualTo(5), "what something was added to");
        await PackAsync();
        Assert.That(await sums.RunAsync(Rest, default, 0), Is.EqualTo(5), "what was packed anew");
        UsageSplit split = new(true, false, false, false, false, false, false);
        UsageReader kept = new(Database, new EntryReader(Database), s_options, packs), summed = new(Database, new EntryReader(Database), s_options);
        ReportPeriod month = ReportSpans.Between(new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 31), TimeZoneInfo.Utc);
        Assert.That(Told(split, await kept.ReadAsync(month, ReportScope.Everything, new ReportFilter(), split, true, default)), Is.EqualTo(Told(split, await summed.ReadAsync(month, ReportScope.Everything, new ReportFilter(), split, true, default))));
    }

    // The same combination may come in several parts; months may come as days, and more than was asked for may be told.
    private static List<string> Told(UsageSplit split, List<UsageSum> sums) => [.. sums
        .GroupBy(s => (Person: !split.Person ? null : split.OnlyDepartments ? s.Department : s.UserName, Device: !split.Device ? null : split.OnlySites ? s.Site : s.DeviceName, split.Project ? s.ProjectCode : null,
            Day: split.Day ? s.Day : 0, Month: !split.Month ? 0 : s.Day == 0 ? s.Month : (DateOnly.FromDayNumber(s.Day).Year * 12) + DateOnly.FromDayNumber(s.Day).Month - 1, s.Function, s.Cause))
        .Select(g => $"{g.Key} {g.Sum(s => s.Jobs)} {g.Aggregate(default(PageCounts), (a, s) => a + s.Counts)}").Order(StringComparer.Ordinal)];

    private Task<int> PackAsync() => new UsagePacker(Database, s_options, s_clock).RunAsync(int.MaxValue, (_, _) => Task.CompletedTask, default);

    private UsageRecord Random(Random random, long device)
    {
        long? person = random.Next(5) == 0 ? null : _people[random.Next(_people.Count)];
        long N() => random.Next(-2, 20);
        return new UsageRecord(
            s_first.AddDays(random.Next(90)), device, person, null, (PageFunction)random.Next(1, 5),
            person is null ? (Cause)random.Next(1, 4) : Cause.None, random.Next(2), new PageCounts(N(), N(), N(), N(), N(), N(), N(), N(), N(), N(), N(), N(), N())) { Hour = random.Next(24) };
    }

    private Task<int> ExecuteAsync(string sql, long id, string name) => Database.WriteAsync((c, _) => c.ExecuteAsync(sql, new { id, name }), default);
}
