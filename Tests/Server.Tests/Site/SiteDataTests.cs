using CopyTrack.Accounting.Ledger;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Tests.Reports;
using CopyTrack.Server.Web;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Site;

/// <summary>What the pages of the site read, on both databases.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class SiteDataTests(Db db) : OfficeFixture(db)
{
    private AuditLog Audit => new(Database, Ids, TimeProvider.System);

    private CardRepository Cards => new(Database, Audit, Ids, TimeProvider.System);

    private AccessLogReader Log => new(Database);

    [OneTimeSetUp]
    public Task AddTerminalAsync() => Database.WriteAsync((c, _) => c.ExecuteAsync(
        "insert into terminal (id, org_id, name, name_folded, device_id, created_at, updated_at) values ('t1', 1, 'hall reader', 'hall reader', @Hall, 0, 0)", new { Hall }), default);

    [Test]
    public async Task Every_page_of_a_device_is_followed_from_the_newest_reading_backwards()
    {
        DeviceIntervals intervals = new(Database);
        IntervalFilter all = new(Period("2026-03-01", "2026-04-30"));
        List<IntervalLine> lines = [];
        (DateTimeOffset, long)? before = null;
        int pages = 0;
        do
        {
            (IReadOnlyList<IntervalLine> page, before) = await intervals.PageAsync(Hall, all, before, 3, default);
            lines.AddRange(page);
            pages++;
        }
        while (before is not null);

        Assert.That(pages, Is.GreaterThan(2));
        Assert.That(lines.Select(l => (l.Reading.At, l.Reading.Seq)), Is.Ordered.Descending.And.Unique);
        Assert.That(lines.Count, Is.EqualTo(await Database.CountAsync("select count(*) from reading where device_id = @Hall", new { Hall })));
        Assert.That(lines.Sum(l => l.Entries.Count), Is.EqualTo(await Database.CountAsync("select count(*) from entry where device_id = @Hall", new { Hall })));
        IntervalLine alices = lines.Single(l => l.Entries.Any(e => e.UserName == "alice"));
        Assert.That(alices.Entries.Where(e => e.UserName == "alice").Sum(e => e.Delta), Is.EqualTo(7));
        Assert.That(alices.Entries.Where(e => e.UserName == "alice").Select(e => alices.CounterName(e.Counter)), Is.EquivalentTo(new[] { "copy mono", "copy color" }));
    }

    [Test]
    public async Task Readings_are_found_by_day_cause_confidence_and_evidence()
    {
        DeviceIntervals intervals = new(Database);
        IntervalFilter all = new(Period("2026-03-01", "2026-04-30"));

        Assert.That((await intervals.PageAsync(Hall, new IntervalFilter(Period("2026-04-01", "2026-04-01")), null, 100, default)).Lines.Select(l => l.Reading.At.UtcDateTime.Month), Is.Not.Empty.And.All.EqualTo(3), "half past midnight in Berlin");
        Assert.That((await intervals.PageAsync(Hall, all with { Cause = Cause.PanelBypass }, null, 100, default)).Lines.Single().Entries.Sum(e => e.Delta), Is.EqualTo(2));
        Assert.That((await intervals.PageAsync(Hall, all with { Confidence = Confidence.Estimated }, null, 100, default)).Lines, Is.Empty);
        Assert.That((await intervals.PageAsync(Hall, all with { Confidence = Confidence.Exact }, null, 100, default)).Lines, Is.Not.Empty);
        Assert.That((await intervals.PageAsync(Hall, all with { Evidence = "%" }, null, 100, default)).Lines, Is.Empty, "no wildcard");
        IReadOnlyList<IntervalLine> every = (await intervals.PageAsync(Hall, all, null, 100, default)).Lines, moved = (await intervals.PageAsync(Hall, all with { OnlyMoved = true }, null, 100, default)).Lines;
        Assert.That(moved.Select(l => l.Reading.Seq), Is.EqualTo(every.Where(l => l.Entries.Count > 0).Select(l => l.Reading.Seq)));
        Assert.That(moved, Has.Count.LessThan(every.Count), "some readings moved nothing");
        Assert.That((await intervals.PageAsync(Hall, all with { Status = ReadingStatus.Rejected }, null, 100, default)).Lines, Is.Empty);
    }

    [Test]
    public async Task Last_uses_of_a_person_stand_in_the_order_of_their_time_though_one_was_uploaded_late()
    {
        const long person = 7_000_001, earlier = 7_000_012, later = 7_000_011;
        foreach ((long id, long opened) in new[] { (later, 2_000_000L), (earlier, 1_000_000L) })
        {
            await Database.WriteAsync((c, _) => c.ExecuteAsync(
                "insert into session (id, org_id, device_id, terminal_id, person_id, state, method, functions, project_required, opened_at, last_activity_at, end_reason, inferred) "
                + "values (@id, 1, @Hall, 't1', @person, 4, 'card', 'copy', 0, @opened, @opened, 1, 0)", new { id, Hall, person, opened }), default);
        }

        WebQueries queries = new(Database);
        Assert.That((await queries.SessionsOfAsync(1, person, 10, default)).Select(s => s.Id), Is.EqualTo(new[] { later, earlier }));
        Assert.That((await queries.SessionsAsync(4, 200, default)).Where(s => s.PersonId == person).Select(s => s.Id), Is.EqualTo(new[] { later, earlier }));
    }

    [Test]
    public async Task Card_that_nobody_has_is_given_to_a_person_by_its_line_and_no_other()
    {
        KeyedHash unknown = new("k1", new byte[] { 1, 2, 3 });
        KeyedHash retired = new("k0", new byte[] { 4 });
        using AccessLogWriter writer = new(Database, Ids, NullLogger<AccessLogWriter>.Instance);
        await writer.StartAsync(default);
        DateTimeOffset at = DateTimeOffset.UtcNow;
        writer.Write(new AccessLogEntry(at, "t1", Hall, null, "card", "unknownCard", "EF99") { UnknownCard = unknown });
        writer.Write(new AccessLogEntry(at, "t1", Hall, null, "card", "unknownCard", "EF99") { UnknownCard = unknown });
        writer.Write(new AccessLogEntry(at, "t1", Hall, null, "card", "unknownCard", "0000") { UnknownCard = retired });
        writer.Write(new AccessLogEntry(at, "t1", Hall, Alice, "card", "granted", "A1"));
        await writer.StopAsync(default);

        IReadOnlyList<AccessLogRow> lines = await Log.ListAsync(1, new AccessLogFilter(null, null, OnlyUnknown: true), long.MaxValue, 10, default);
        Assert.That(lines.Select(l => (l.CardSuffix, l.Terminal, l.Device, l.Assignable)), Is.EqualTo(new[] { ("0000", "hall reader", (string?)"hall", true), ("EF99", "hall reader", "hall", true), ("EF99", "hall reader", "hall", true) }));
        long id = lines[1].Id;
        Assert.That(await Cards.AssignAsync(1, id, "nobody", ["k1"], "test", default), Is.InstanceOf<CardAssignment.NoPerson>());
        Assert.That(await Cards.AssignAsync(2, id, "alice", ["k1"], "test", default), Is.InstanceOf<CardAssignment.NoCard>(), "another organisation's");
        Assert.That(await Cards.AssignAsync(1, lines[0].Id, "alice", ["k1"], "test", default), Is.InstanceOf<CardAssignment.OldKey>());
        Assert.That(await Cards.AssignAsync(1, id, "ALICE", ["k1"], "test", default), Is.InstanceOf<CardAssignment.Assigned>());
        Assert.That(await Cards.AssignAsync(1, lines[2].Id, "bob", ["k1"], "test", default), Is.InstanceOf<CardAssignment.Taken>());
        Assert.That(await Cards.FindOwnerAsync(1, [unknown], default), Is.EqualTo(Alice));

        IReadOnlyList<AccessLogRow> all = await Log.ListAsync(1, new AccessLogFilter("t1", null, false), long.MaxValue, 10, default);
        Assert.That(all.Select(l => (l.Owner, l.Assignable)), Is.EqualTo(new[] { ((string?)null, false), (null, true), ("alice", false), ("alice", false) }));
        Assert.That((await Log.ListAsync(1, new AccessLogFilter(null, "granted", false), long.MaxValue, 10, default)).Single().UserName, Is.EqualTo("alice"));
        Assert.That((await Log.ListAsync(1, new AccessLogFilter("t1", "granted", false), long.MaxValue, 10, default)).Single().UserName, Is.EqualTo("alice"));
        Assert.That((await Log.ListAsync(1, new AccessLogFilter(null, "unknownCard", false), all[1].Id, 10, default)).Select(l => l.Id), Is.EqualTo(all.Skip(2).Select(l => l.Id)), "of one outcome, behind a line");
        Assert.That((await Log.ListAsync(1, new AccessLogFilter("t1", null, OnlyUnknown: true), long.MaxValue, 10, default)).Single().CardSuffix, Is.EqualTo("0000"), "the other card is alice's now");
        Assert.That(await Log.ListAsync(1, new AccessLogFilter("t2", null, OnlyUnknown: true), long.MaxValue, 10, default), Is.Empty);
        Assert.That(await Log.ListAsync(2, new AccessLogFilter(null, null, false), long.MaxValue, 10, default), Is.Empty, "another organisation's");
        Assert.That(await Log.ListAsync(1, new AccessLogFilter(null, null, false), all[^1].Id, 10, default), Is.Empty, "the page behind the last");
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'card.register' and actor = 'test'"), Is.EqualTo(1));
    }

    [Test]
    public async Task Projects_are_found_by_code_and_name_and_opened_with_who_may()
    {
        ProjectRepository projects = new(Database);
        long child = Ids.Next();
        await Database.WriteAsync((c, ct) => projects.WriteAsync(
            c, new ProjectRow { Id = child, OrgId = 1, Code = "P_2", CodeFolded = "p_2", Name = "Überbau 100%", NameFolded = NameFolding.Fold("Überbau 100%"), ParentId = Project, CreatedAt = default, UpdatedAt = default },
            [new ProjectUserRow { ProjectId = child, PersonId = Alice }], [new ProjectGroupRow { ProjectId = child, GroupName = "Sales", GroupFolded = "sales" }], ct).ContinueWith(_ => 0, TaskScheduler.Default), default);

        Assert.That((await projects.FindAsync(1, "über", "", 10, default)).Single(), Is.EqualTo(new ProjectView { Id = child, Code = "P_2", CodeFolded = "p_2", Name = "Überbau 100%", Enabled = true, Parent = "P1", Users = 1, Groups = 1 }));
        Assert.That((await projects.FindAsync(1, null, "", 1, default)).Single().Code, Is.EqualTo("P1"));
        Assert.That((await projects.FindAsync(1, "%", "", 10, default)).Single().Code, Is.EqualTo("P_2"), "no wildcard");
        Assert.That(await projects.FindAsync(2, null, "", 10, default), Is.Empty);
        var open = await projects.OpenAsync(1, "p_2", default);
        Assert.That((open!.Value.Parent, open.Value.Users[0], open.Value.Groups[0]), Is.EqualTo(("P1", "alice", "Sales")));
        Assert.That(await projects.OpenAsync(1, "none", default), Is.Null);
    }

    [Test]
    public async Task Work_by_the_clock_is_listed_with_what_is_late()
    {
        IReadOnlyList<ScheduleRow> rows = await new ScheduleReader(Database, TimeProvider.System).ListAsync(1, default);

        Assert.That(rows.Single(r => r.Kind == "poll"), Has.Property("Number").EqualTo(2).And.Property("Overdue").EqualTo(2));
        Assert.That((await new ScheduleReader(Database, TimeProvider.System).ListAsync(77, default)).Single().Number, Is.Zero);
    }
}
