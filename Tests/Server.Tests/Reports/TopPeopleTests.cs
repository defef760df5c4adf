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

    /// <summary>All of these and those by projects, alone and beside others.</summary>
    private ReportScope[] Scopes => [.. s_scopes, ReportScope.Parts(1, projects: [Project]), ReportScope.Parts(1, departments: ["Even"], projects: [Project]), ReportScope.Parts(1, ["Bonn"], ["Even"], [Project, -1]), ReportScope.Parts(1)];

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
                foreach ((string table, string column, int at) in new[]
                {
                    ("usage_month", "month", (2026 * 12) + 6), ("usage_day", "day", new DateOnly(2026, 7, 3).DayNumber), ("usage_month", "month", (2026 * 12) + 5), ("usage_day", "day", new DateOnly(2026, 6, 12).DayNumber),
                })
                {
                    bool isJune = at == (2026 * 12) + 5 || at == new DateOnly(2026, 6, 12).DayNumber;
                    if (isJune && i % 3 == 0)
                    {
                        continue;
                    }

                    await c.ExecuteAsync(
                        $"insert into {table} (org_id, {column}, person_id, project_id, {(table == "usage_day" ? "device_id, function, cause, " : "")}jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros) "
                        + $"values (1, @at, @id, 0, {(table == "usage_day" ? "@Hall, 1, 0, " : "")}1, @pages, @pages, 0, 0, @pages, 0, 0, @pages, 0, 0, @scans, 0, @cost)",
                        new { at, id = 9000L + i, pages = (i * (isJune ? 11 : 7)) % 40, scans = i % 5, cost = i * 1000L, Hall });
                }
            }

            const string Sums = "jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros";
            await c.ExecuteAsync($"""
                insert into usage_device_month (org_id, month, device_id, function, cause, {Sums})
                select 1, case when day = @day then @month else @month - 1 end, device_id, function, cause, {string.Join(", ", Sums.Split(", ").Select(s => $"sum({s})"))} from usage_day where person_id > 9000 and person_id <= 9040 group by 2, device_id, function, cause
                """, new { month = (2026 * 12) + 6, day = new DateOnly(2026, 7, 3).DayNumber });
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
            foreach (ReportScope scope in Scopes)
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

    /// <summary>Whole months, days that have no pack yet, times within days across the change of the clocks, and a period that is not over.</summary>
    [TestCase("from=2026-07-01&to=2026-07-31&compare=before")]
    [TestCase("from=2026-03-01&to=2026-08-31&compareFrom=2026-02-03&compareTo=2026-07-02")]
    [TestCase("from=2026-03-31&to=2026-04-01&compareFrom=2026-03-28T09:00:00Z&compareTo=2026-03-31T22:31:00Z")]
    [TestCase("from=2026-03-28T09:00:00Z&to=2026-04-01T00:00:00Z&compareFrom=2026-06-12&compareTo=2026-06-12")]
    [TestCase("period=thisQuarter&compare=before&now=2026-07-12T16:40:00Z")]
    [TestCase("period=thisMonth&compare=before&now=2026-05-02T22:31:00Z")]
    public async Task Compared_page_is_that_of_the_whole_report(string query)
    {
        EntryReader entries = new(Database);
        DateTimeOffset now = query.Split("&now=") is [_, var at] ? DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture) : s_clock.GetUtcNow();
        ReportViews views = new(new ReportService(null!, null!, null!), entries, new TopPeople(Database, ReportOptions, Packs, new UsageReader(Database, entries, ReportOptions)), ReportOptions, s_clock);
        foreach (string name in isPacked ? new[] { "users", "users&by=device", "users&by=month", "users&by=day", "users&by=site", "users&department=Even", "users&project=(none)&by=department", "devices", "devices&by=day", "devices&by=function", "devices&by=cause" } : [])
        {
            foreach (ReportScope scope in Scopes)
            {
                ReportAddress address = ReportAddress.Parse($"name={name}&{query}");
                Report whole = await Reports.BuildAsync(address.ToRequest(scope, ReportOptions.TimeZone, now), default);
                List<ImmutableArray<object?>> all = await whole.Rows.ToListAsync();
                ReportView view = await views.MakeAsync(address, scope, null, 0, 10_000, now, default);

                Assert.That(view.Report.Columns, Is.EqualTo(whole.Columns));
                Assert.That(view.Rows.Select(Text), Is.EquivalentTo(all.Select(Text)), $"{name} {scope}");
                Assert.That(view.Totals.ToArray(), Is.EqualTo(whole.Totals().ToArray()));
                Assert.That((view.Count, view.Report.Before, view.Report.BeforeIsCut), Is.EqualTo((all.Count, whole.Before, whole.BeforeIsCut)));
                (ImmutableArray<Mover> up, ImmutableArray<Mover> down) = TopMovers.Of(whole.Columns, all, 5);
                Assert.That((string.Join(' ', view.Up.Select(m => m.Change)), string.Join(' ', view.Down.Select(m => m.Change))), Is.EqualTo((string.Join(' ', up.Select(m => m.Change)), string.Join(' ', down.Select(m => m.Change)))));
                Assert.That(view.Up.Concat(view.Down).Select(m => Text(m.Row)), Is.SubsetOf(all.Select(Text)));
                foreach (string sort in new[] { "cost", "impressionsBefore", "impressionsChange", "impressionsChangePercent", "costBefore", "costChange" })
                {
                    int by = ReportView.IndexOf(whole.Columns, sort);
                    ReportView page = await views.MakeAsync(address, scope, sort, 3, 9, now, default);
                    Assert.That(page.Rows.Select(r => r[by]), Is.EqualTo(all.OrderByDescending(r => r[by] is null ? decimal.MinValue : Convert.ToDecimal(r[by], System.Globalization.CultureInfo.InvariantCulture)).Skip(3).Take(9).Select(r => r[by])), $"{name} {sort}");
                }
            }
        }

        static string Text(ImmutableArray<object?> row) => string.Join('|', row);
    }

    [TestCase(PeoplePlaces.Few)]
    [TestCase(4)]
    public async Task People_stand_in_the_order_of_what_they_are_called_now(int few)
    {
        EntryReader entries = new(Database);
        ReportViews views = new(Reports, entries, new TopPeople(Database, ReportOptions, isPacked ? new PackedUsage(Database, ReportOptions, s_clock, few) : null), ReportOptions, s_clock);
        await SameAsync("as they were entered");
        try
        {
            await PersonAsync("update person set display_name = 'anna', updated_at = 4000000000000000 where id = 9017");
            await SameAsync("somebody is called otherwise");
            await PersonAsync("update person set display_name = 'MANY 05', updated_at = 4000000000000000 where id = 9030");
            await SameAsync("somebody is called like another one");
            await PersonAsync("update person set merged_into = 9012, updated_at = 4000000000000000 where id = 9011");
            await SameAsync("somebody was merged");
            await PersonAsync("delete from person where id = 9020");
            // To which department they belonged is known until the places of people are read again.
            await SameAsync("somebody was erased", false);
        }
        finally
        {
            await PersonAsync("insert into person (id, org_id, user_name, user_folded, display_name, department, created_at, updated_at) values (9020, 1, 'many20', 'many20', 'Many 20', 'Even', 0, 0)");
            await PersonAsync("update person set display_name = 'Many 17' where id = 9017");
            await PersonAsync("update person set display_name = 'Many 30' where id = 9030");
            await PersonAsync("update person set merged_into = null where id = 9011");
        }

        Task<int> PersonAsync(string sql) => Database.WriteAsync((c, _) => c.ExecuteAsync(sql), default);

        async Task SameAsync(string when, bool byDepartment = true)
        {
            foreach (string query in isPacked ? new[] { "from=2026-07-01&to=2026-07-31", "from=2026-06-01&to=2026-06-30&compareFrom=2026-07-01&compareTo=2026-07-31", "from=2026-03-01&to=2026-08-31&department=Even" }[..(byDepartment ? 3 : 2)] : [])
            {
                ReportAddress address = ReportAddress.Parse("name=users&" + query);
                Report whole = await Reports.BuildAsync(address.ToRequest(ReportScope.Everything, ReportOptions.TimeZone, s_clock.GetUtcNow()), default);
                string[] expected = [.. (await whole.Rows.ToListAsync()).OrderBy(r => r[1] is null).ThenBy(r => ReportText.Of(r[1]), StringComparer.OrdinalIgnoreCase).Select(r => string.Join('|', r[1..]))];
                List<string> told = [];
                for (int skip = 0; skip < expected.Length; skip += 7)
                {
                    told.AddRange((await views.MakeAsync(address, ReportScope.Everything, "name", skip, 7, null, default)).Rows.Select(r => string.Join('|', r[1..])));
                }

                Assert.That(told.Select(t => t.Split('|')[0].ToUpperInvariant()), Is.EqualTo(expected.Select(t => t.Split('|')[0].ToUpperInvariant())), $"{when}: {query}");
                Assert.That(told, Is.EquivalentTo(expected), $"{when}: {query}");
            }
        }
    }

    [TestCase("from=2026-07-01&to=2026-07-31")]
    [TestCase("from=2026-07-02&to=2026-07-05")]
    [TestCase("from=2026-06-01&to=2026-06-30&compareFrom=2026-07-01&compareTo=2026-07-31")]
    [TestCase("from=2026-03-01&to=2026-08-31&by=department")]
    public async Task Pseudonyms_stand_in_their_own_order_and_tell_nobody(string query)
    {
        EntryReader entries = new(Database);
        ReportViews views = new(Reports, entries, new TopPeople(Database, ReportOptions, Packs), ReportOptions, s_clock);
        Pseudonyms names = new([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        ReportAddress address = ReportAddress.Parse("name=users&" + query);
        foreach (ReportScope scope in Scopes.Select(s => s with { Names = names }))
        {
            List<ImmutableArray<object?>> all = await (await Reports.BuildAsync(address.ToRequest(scope, ReportOptions.TimeZone, s_clock.GetUtcNow()), default)).Rows.ToListAsync();
            List<string> told = [];
            for (int skip = 0; skip < all.Count; skip += 7)
            {
                told.AddRange((await views.ShowAsync(address, scope, "name", skip, 7, default)).Value.Rows.Select(r => string.Join('|', r)));
            }

            Assert.That(told, Is.EquivalentTo(all.Select(r => string.Join('|', r))), "page and file");
            Assert.That(told.Select(t => t.Split('|')[1]), Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal).And.All.Matches<string>(t => Pseudonyms.IsOne(t!)), "whoever knows the order of names learns nothing");
            Assert.That(told, Is.All.Not.Contain("many").IgnoreCase.And.All.Not.Contain("alice").IgnoreCase.And.All.Not.Contain("bob").IgnoreCase);
            Assert.That((await views.ShowAsync(address, scope with { Names = null }, "name", 0, 7, default)).Value.Rows.Select(r => (string)r[0]!), Is.All.Not.StartsWith("P-"), "what is kept for one is not shown to the other");
        }
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
        foreach (ReportScope scope in Scopes)
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
