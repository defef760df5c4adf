using System.Collections.Immutable;
using CopyTrack.Server.Data;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Packs;
using CopyTrack.Server.Tests.Data;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>A page that the database cuts tells what the whole report tells, to the page, whatever it is narrowed to and sorted by.</summary>
[TestFixture(Db.Sqlite, false)]
[TestFixture(Db.PostgreSql, false)]
[TestFixture(Db.Sqlite, true)]
[TestFixture(Db.PostgreSql, true)]
internal sealed class TopPeopleTests(Db db, bool isPacked) : OfficeFixture(db)
{
    private static readonly FixedTime s_clock = new(new DateTimeOffset(2026, 8, 2, 9, 0, 0, TimeSpan.Zero));

    private static readonly ReportScope[] s_scopes =
    [
        ReportScope.Everything, ReportScope.Parts(1, departments: ["Even"]), ReportScope.Parts(1, sites: ["Bonn"]), ReportScope.Parts(1, departments: ["Even", "Sales"]), ReportScope.Parts(1, ["Bonn"], ["Even"]),
    ];

    private PackedUsage? Packs => isPacked ? new PackedUsage(Database, ReportOptions, s_clock) : null;

    [OneTimeSetUp]
    public async Task AddManyAsync()
    {
        // People with one figure each in a month of their own and on its days, some of them merged into others.
        await Database.WriteAsync(async (c, _) =>
        {
            for (int i = 1; i <= 40; i++)
            {
                await c.ExecuteAsync(
                    "insert into person (id, org_id, user_name, user_folded, display_name, department, merged_into, created_at, updated_at) values (@id, 1, @name, @name, @shown, @department, null, 0, 0)",
                    new { id = 9000L + i, name = $"many{i}", shown = $"Many {i:00}", department = i % 2 == 0 ? "Even" : "Odd" });
                foreach ((string table, string column, int at) in new[] { ("usage_month", "month", (2026 * 12) + 6), ("usage_day", "day", new DateOnly(2026, 7, 3).DayNumber) })
                {
                    await c.ExecuteAsync(
                        $"insert into {table} (org_id, {column}, person_id, project_id, {(table == "usage_day" ? "device_id, function, cause, " : "")}jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros) "
                        + $"values (1, @at, @id, 0, {(table == "usage_day" ? "@Hall, 1, 0, " : "")}1, @pages, @pages, 0, 0, @pages, 0, 0, @pages, 0, 0, @scans, 0, @cost)",
                        new { at, id = 9000L + i, pages = (i * 7) % 40, scans = i % 5, cost = i * 1000L, Hall });
                }
            }

            const string Sums = "jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros";
            await c.ExecuteAsync($"""
                insert into usage_device_month (org_id, month, device_id, function, cause, {Sums})
                select 1, @month, device_id, function, cause, {string.Join(", ", Sums.Split(", ").Select(s => $"sum({s})"))} from usage_day where person_id > 9000 and person_id <= 9040 group by device_id, function, cause
                """, new { month = (2026 * 12) + 6 });
            await c.ExecuteAsync("update person set merged_into = 9002, enabled = 0, department = 'Even' where id in (9001, 9003)");
            return 0;
        }, default);
        if (isPacked)
        {
            await new UsagePacker(Database, ReportOptions, s_clock).RunAsync(int.MaxValue, (_, _) => Task.CompletedTask, default);
        }
    }

    [Test]
    public async Task Split_page_and_departments_of_packed_days_are_those_of_the_roll_ups([Values("device", "site", "department", "project", "month", "day", "function", "cause")] string by)
    {
        EntryReader entries = new(Database);
        UsageReader packed = new(Database, entries, ReportOptions, Packs);
        PageReports reports = new(packed, entries, ReportOptions);
        ReportViews views = new(new ReportService(reports, null!, null!), entries, new TopPeople(Database, ReportOptions, Packs), ReportOptions, s_clock);
        foreach (string name in new[] { "users", "devices", "departments", "costCentres", "projects", "sites", "functions" }.Where(n => n[..^1] != by))
        {
            foreach (ReportScope scope in s_scopes)
            {
                ReportAddress address = ReportAddress.Parse($"name={name}&by={by}&from=2026-03-01&to=2026-08-31");
                Report whole = await Reports.BuildAsync(address.ToRequest(scope, ReportOptions.TimeZone, s_clock.GetUtcNow()), default);
                List<ImmutableArray<object?>> all = await whole.Rows.ToListAsync();
                ReportView view = await views.MakeAsync(address, scope, null, 0, 10_000, null, default);

                Assert.That(view.Report.Columns, Is.EqualTo(whole.Columns));
                Assert.That(view.Rows.Select(Text), Is.EquivalentTo(all.Select(Text)), $"{name} {scope}");
                Assert.That(view.Totals.ToArray(), Is.EqualTo(whole.Totals().ToArray()));
                Assert.That(view.Count, Is.EqualTo(all.Count));
            }
        }

        static string Text(ImmutableArray<object?> row) => string.Join('|', row);
    }

    [TestCase("from=2026-07-01&to=2026-07-31", null)]
    [TestCase("from=2026-07-01&to=2026-07-31", "scans")]
    [TestCase("from=2026-07-01&to=2026-07-31", "cost")]
    [TestCase("from=2026-07-01&to=2026-07-31", "name")]
    [TestCase("from=2026-07-02&to=2026-07-05", null)]
    [TestCase("from=2026-07-02&to=2026-07-05&device=hall", "impressions")]
    [TestCase("from=2026-07-02&to=2026-07-05&site=Bonn", null)]
    [TestCase("from=2026-07-01&to=2026-07-31&department=Even", null)]
    [TestCase("from=2026-07-01&to=2026-07-31&project=(none)", null)]
    [TestCase("from=2026-07-01&to=2026-07-31&project=P1", null)]
    [TestCase("from=2026-03-01&to=2026-04-30", null)]
    [TestCase("from=2026-03-10&to=2026-04-20", null)]
    public async Task Page_of_the_database_is_that_of_the_whole_report(string query, string? sort)
    {
        ReportAddress address = ReportAddress.Parse("name=users&" + query);
        foreach (ReportScope scope in s_scopes)
        {
            EntryReader entries = new(Database);
            ReportView cut = await new ReportViews(Reports, entries, new TopPeople(Database, ReportOptions, Packs), ReportOptions, s_clock).MakeAsync(address, scope, sort, 5, 10, null, default);
            Report whole = await Reports.BuildAsync(address.ToRequest(scope, ReportOptions.TimeZone, s_clock.GetUtcNow()), default);
            List<ImmutableArray<object?>> all = await whole.Rows.ToListAsync();
            Assert.That(cut.Count, Is.EqualTo(all.Count), "people");
            Assert.That(cut.Totals.ToArray(), Is.EqualTo(whole.Totals().ToArray()));
            int by = ReportView.IndexOf(whole.Columns, sort ?? "impressions");
            object?[] expected = [.. (sort == "name" ? all.OrderBy(r => ReportText.Of(r[by]), StringComparer.OrdinalIgnoreCase) : all.OrderByDescending(r => Convert.ToDecimal(r[by], System.Globalization.CultureInfo.InvariantCulture))).Skip(5).Take(10).Select(r => r[by])];
            Assert.That(cut.Rows.Select(r => r[by]), Is.EqualTo(expected), $"{query} by {sort}");
            foreach (ImmutableArray<object?> row in cut.Rows)
            {
                Assert.That(row.ToArray(), Is.EqualTo(all.Single(r => Equals(r[0], row[0])).ToArray()), "each row is that of the whole");
            }
        }
    }

    [Test]
    public async Task Results_that_took_long_are_kept_for_a_while_and_made_once_for_all_who_ask_at_once()
    {
        Clock clock = new();
        KeptResults<string> kept = new(2, clock);
        int made = 0;
        async Task<string> SlowlyAsync(CancellationToken ct)
        {
            int number = Interlocked.Increment(ref made);
            await Task.Delay(KeptResults<string>.Slow * 1.3, ct);
            return $"result {number}";
        }

        string[] first = [.. (await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => kept.GetAsync("a", SlowlyAsync, default)))).Select(k => k.Value).Distinct()];
        Assert.That(first, Is.EqualTo(new[] { "result 1" }), "fifty at once are one");
        Assert.That((await kept.GetAsync("a", SlowlyAsync, default)).Value, Is.EqualTo("result 1"));
        clock.Ahead = TimeSpan.FromSeconds(30);
        Assert.That((await kept.GetAsync("a", SlowlyAsync, default)).Value, Is.EqualTo("result 1"), "nobody waits");
        for (int i = 0; i < 200 && (await kept.GetAsync("a", SlowlyAsync, default)).Value == "result 1"; i++)
        {
            await Task.Delay(20);
        }

        Assert.That((await kept.GetAsync("a", SlowlyAsync, default)).Value, Is.EqualTo("result 2"), "made anew beside the requests");
        clock.Ahead += KeptResults<string>.Lasts;
        Assert.That((await kept.GetAsync("a", SlowlyAsync, default)).Value, Is.EqualTo("result 3"), "too old to be shown");
        Assert.That(() => kept.GetAsync("b", _ => throw new ReportRequestException("no"), default), Throws.TypeOf<ReportRequestException>());
        Assert.That((await kept.GetAsync("b", _ => Task.FromResult("quick"), default)).Value, Is.EqualTo("quick"));
        Assert.That((await kept.GetAsync("b", _ => Task.FromResult("new"), default)).Value, Is.EqualTo("new"), "what is made quickly is never old");
    }

    [Test]
    public async Task Thousands_of_exports_at_once_are_bounded_and_told_when_to_come_again()
    {
        CopyTrack.Server.Reports.Export.ExportOptions bounds = new() { AtOnce = 4, Waiting = 8, Patience = TimeSpan.FromMilliseconds(200) };
        using CopyTrack.Server.Reports.Export.ExportGate gate = new(bounds);
        IDisposable?[] all = await Task.WhenAll(Enumerable.Range(0, 3000).Select(_ => gate.EnterAsync(default)));
        Assert.That(all.Count(p => p is not null), Is.EqualTo(4));
        foreach (IDisposable? place in all)
        {
            place?.Dispose();
        }

        using IDisposable? next = await gate.EnterAsync(default);
        Assert.That(next, Is.Not.Null, "places come back");
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
