using System.Collections.Immutable;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Tests.Data;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>Sites, cost centres, hours, functions, comparison, filters and the jobs behind a number, in the small office.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class DimensionTests(Db db) : OfficeFixture(db)
{
    private static readonly DateTimeOffset s_now = new(2026, 4, 2, 12, 0, 0, TimeSpan.Zero);

    [OneTimeSetUp]
    public Task GiveCostCentresAsync() => Database.WriteAsync((c, _) => c.ExecuteAsync("update person set cost_centre = '4711' where user_name = 'alice'"), default);

    [TestCase("sites", "Berlin=15;Bonn=7")]
    [TestCase("costCentres", "4711=7;=8")]
    [TestCase("functions", "copy=10;print=5;total=7")]
    [TestCase("hours", "00=1;08=21")]
    [TestCase("hours", "00=1;08=21", "2026-03-31", "2026-04-01")]
    [TestCase("hours", "08=7", "2026-03-31T06:35:00Z", "2026-03-31T12:00:00Z")]
    public async Task Each_dimension_comes_to_the_pages(string name, string expected, string from = "2026-03-01", string to = "2026-04-30")
    {
        var rows = await RowsAsync(name, from, to);

        Assert.That(string.Join(';', rows.SkipLast(1).OrderBy(r => r["key"] is null).Select(r => $"{r["key"]}={r["impressions"]}")), Is.EqualTo(expected));
        Assert.That(rows[^1]["impressions"], Is.EqualTo(rows.SkipLast(1).Sum(r => (long)r["impressions"]!)));
    }

    [TestCase("device", "attic:08=7;hall:00=1;hall:08=14")]
    [TestCase("cause", ":00=1;:08=14;directPrint:08=5;panelBypass:08=2")]
    public async Task Hours_are_split_out_of_the_roll_up_and_out_of_entries_alike(string by, string expected)
    {
        string[] spans = ["2026-03-01 2026-04-30", "2026-03-31 2026-04-30", "2026-03-31T00:00:00Z 2026-04-15T00:00:00Z"];
        foreach (string span in spans)
        {
            var rows = await RowsAsync("hours", span.Split(' ')[0], span.Split(' ')[1], by);
            Assert.That(string.Join(';', rows.SkipLast(1).Select(r => $"{r["by"]}:{r["key"]}={r["impressions"]}").Order(StringComparer.Ordinal)), Is.EqualTo(expected), span);
        }
    }

    [Test]
    public async Task Months_before_the_roll_up_of_hours_are_told_from_the_entries()
    {
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update setting set value = '99999' where name = 'Reports:HoursSince'"), default);
        try
        {
            Assert.That((await RowsAsync("hours"))[^1]["impressions"], Is.EqualTo(22L));
        }
        finally
        {
            await Database.WriteAsync((c, _) => c.ExecuteAsync("update setting set value = '0' where name = 'Reports:HoursSince'"), default);
        }
    }

    [TestCase("users", "device=hall", 8L)]
    [TestCase("devices", "user=bob", 8L)]
    [TestCase("devices", "project=(none)", 15L)]
    [TestCase("devices", "project=p1", 7L)]
    [TestCase("users", "department=(none)", 8L)]
    [TestCase("users", "department=Sales", 7L)]
    [TestCase("devices", "costCentre=4711", 7L)]
    [TestCase("months", "site=Bonn", 7L)]
    [TestCase("devices", "function=print", 5L)]
    [TestCase("devices", "cause=panelBypass", 2L)]
    [TestCase("users", "cause=(none)", 15L)]
    [TestCase("devices", "hour=0", 1L)]
    [TestCase("devices", "hour=8&function=copy&device=hall", 9L)]
    [TestCase("devices", "user=(none)", 7L)]
    public async Task Filters_of_an_address_narrow_reports_and_the_jobs_behind_them(string name, string filters, long impressions)
    {
        ReportAddress address = ReportAddress.Parse($"name={name}&from=2026-03-01&to=2026-04-30&{filters}");
        ReportRequest request = address.ToRequest(ReportScope.Everything, Berlin, s_now);
        Report report = await Reports.BuildAsync(request, default);
        long sum = await report.Rows.Select(r => (long)r[3]!).SumAsync();
        JobsReport jobs = new(Database, new EntryReader(Database), ReportOptions);
        long behind = 0;
        EntryPlace? place = null;
        do
        {
            (List<ImmutableArray<object?>> rows, place) = await jobs.PageAsync(request with { Name = "jobs" }, place, 2, default);
            behind += rows.Where(r => name != "users" || r[2] is not null).Sum(r => (long)r[5]!);
        }
        while (place is not null);

        Assert.That(sum, Is.EqualTo(impressions));
        Assert.That(behind, Is.EqualTo(impressions), "what a click on the number shows");
        Assert.That(ReportAddress.Parse(address.ToQuery()).ToQuery(), Is.EqualTo(address.ToQuery()));
    }

    [Test]
    public async Task Comparison_stands_beside_each_row_and_movers_follow_from_it()
    {
        ReportAddress address = ReportAddress.Parse("name=users&from=2026-04-01&to=2026-04-30&compare=before");
        Report report = await Reports.BuildAsync(address.ToRequest(ReportScope.Everything, Berlin, s_now.AddMonths(1)), default);
        List<ImmutableArray<object?>> rows = await report.Rows.ToListAsync();
        var names = report.Columns.Select(c => c.Name).ToList();
        object? Cell(int row, string column) => rows[row][names.IndexOf(column)];

        Assert.That(rows.Select(r => r[0]), Is.EqualTo(new[] { "alice", "bob" }), "who copied only before stands there too");
        Assert.That((Cell(0, "impressions"), Cell(0, "impressionsBefore"), Cell(0, "impressionsChange"), Cell(0, "impressionsChangePercent"), Cell(0, "costBefore")), Is.EqualTo((0L, 7L, -7L, -100m, 0.38m)));
        Assert.That((Cell(1, "impressions"), Cell(1, "impressionsBefore"), Cell(1, "impressionsChangePercent")), Is.EqualTo((1L, 7L, -85.71m)));
        (ImmutableArray<Mover> up, ImmutableArray<Mover> down) = TopMovers.Of(report.Columns, rows, 1);
        Assert.That((up.Length, down.Single().Row[0], down.Single().Change), Is.EqualTo((0, "alice", -7L)));
        Assert.That(report.Totals()[names.IndexOf("impressionsChange")], Is.EqualTo(-13L));
    }

    [Test]
    public async Task Mover_of_a_split_report_is_told_with_what_it_is_split_by_and_somebody_erased_as_such()
    {
        ReportAddress address = ReportAddress.Parse("name=users&from=2026-04-01&to=2026-04-30&compare=before&by=device");
        Report report = await Reports.BuildAsync(address.ToRequest(ReportScope.Everything, Berlin, s_now.AddMonths(1)), default);
        (ImmutableArray<Mover> up, ImmutableArray<Mover> down) = TopMovers.Of(report.Columns, await report.Rows.ToListAsync(), 5);
        CopyTrack.Server.Reports.Export.ReportCells cells = new(EnglishWords.Instance, Berlin);
        Assert.That(up.Concat(down).Select(m => (cells.RowName(report, m.Row), m.Change)), Is.EqualTo(new[] { ("=Bob · hall", 1L), ("Alice Ärmel · hall", -7L), ("=Bob · attic", -7L) }));
        ImmutableArray<object?> gone = [.. down[0].Row.Select((c, i) => i switch { 0 => "4711", 1 => null, _ => c })];
        Assert.That(cells.RowName(report, gone), Is.EqualTo("Erased person 4711 · hall"));
    }

    [Test]
    public async Task Month_that_is_not_over_is_compared_with_as_much_of_the_one_before()
    {
        // Seen at noon of the last of March: of February nothing, and a report of "this month" seen from April stands beside March to the same minute.
        ReportAddress address = ReportAddress.Parse("name=devices&period=thisMonth&compare=before");
        ReportRequest early = address.ToRequest(ReportScope.Everything, Berlin, new DateTimeOffset(2026, 4, 30, 8, 20, 0, TimeSpan.FromHours(2)));
        Assert.That((early.CompareIsCut, early.Compare!.From, early.Compare.To), Is.EqualTo((true, new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.FromHours(1)), new DateTimeOffset(2026, 3, 30, 8, 20, 0, TimeSpan.FromHours(2)))));
        Assert.That(await BeforeAsync(early), Is.EqualTo(0L));
        ReportRequest week = ReportAddress.Parse("name=devices&from=2026-04-01&to=2026-04-02&compare=before").ToRequest(ReportScope.Everything, Berlin, new DateTimeOffset(2026, 4, 2, 8, 20, 0, TimeSpan.FromHours(2)));
        Assert.That(week.Compare!.To, Is.EqualTo(new DateTimeOffset(2026, 3, 31, 8, 20, 0, TimeSpan.FromHours(2))));
        Assert.That(await BeforeAsync(week), Is.EqualTo(12L), "the first job of the last of March alone");
        Assert.That(await BeforeAsync(ReportAddress.Parse("name=devices&from=2026-04-01&to=2026-04-02&compare=before").ToRequest(ReportScope.Everything, Berlin, s_now.AddMonths(1))), Is.EqualTo(21L), "once it is over all of it counts");
        using MemoryStream json = new();
        await ReportJson.WriteAsync(await Reports.BuildAsync(week, default), json, false, default);
        Assert.That(System.Text.Encoding.UTF8.GetString(json.ToArray()), Does.Contain("\"compareFrom\":\"2026-03-29T22:00:00Z\",\"compareTo\":\"2026-03-31T06:20:00Z\""));
        CopyTrack.Server.Reports.Export.ReportCells cells = new(EnglishWords.Instance, Berlin);
        Assert.That(cells.Compared(await Reports.BuildAsync(week, default)), Does.Contain("31/03/2026 08:20").And.Contain("as much of it as has passed of this period"));
    }

    [TestCase("name=months&from=2026-04-01&to=2026-04-30&compare=before", "2026-04", 1L, 21L)]
    [TestCase("name=months&from=2026-04-01&to=2026-04-30&compare=period&compareFrom=2026-03-01&compareTo=2026-03-31", "2026-04", 1L, 21L)]
    [TestCase("name=months&from=2026-05-01&to=2026-06-30&compareFrom=2026-03-01&compareTo=2026-04-30", "2026-06", 0L, 1L)]
    [TestCase("name=devices&by=day&from=2026-04-01&to=2026-04-02&compareFrom=2026-03-31&compareTo=2026-04-01", "hall|2026-04-02", 0L, 1L)]
    [TestCase("name=devices&by=month&from=2026-04-01&to=2026-04-30&compare=before", "attic|2026-04", 0L, 7L)]
    [TestCase("name=users&from=2026-04-01&to=2026-04-30&compareFrom=2026-03-31T06:00:00Z&compareTo=2026-03-31T06:30:00Z", "alice", 0L, 7L)]
    public async Task Any_period_stands_beside_another_months_and_days_by_their_places(string query, string key, long now, long before)
    {
        Report report = await Reports.BuildAsync(ReportAddress.Parse(query).ToRequest(ReportScope.Everything, Berlin, s_now.AddYears(1)), default);
        ImmutableArray<object?> row = (await report.Rows.ToListAsync()).Single(r => (report.By is null ? $"{r[0]}" : $"{r[0]}|{r[2]}") == key);
        Assert.That((row[ReportView.IndexOf(report.Columns, "impressions")], row[ReportView.IndexOf(report.Columns, "impressionsBefore")]), Is.EqualTo((now, before)));
    }

    [TestCase("name=months&compare=period", "'compareFrom'")]
    [TestCase("name=months&compareFrom=yesterday", "'compareFrom' is neither a date")]
    [TestCase("name=months&compareFrom=2026-03-01&compareTo=2026-02-01", "give a later 'compareTo' or an earlier 'compareFrom'")]
    [TestCase("name=users&compare=then", "'before'")]
    [TestCase("name=users&by=hour", "nobody's business")]
    [TestCase("name=users&cause=bad", "There is no cause 'bad'")]
    [TestCase("name=users&function=<script>", "There is no function")]
    [TestCase("name=users&hour=24", "0 to 23")]
    [TestCase("name=users&hour=-1", "0 to 23")]
    [TestCase("name=users&period=someday", "There is no period")]
    [TestCase("name=users&project=forged", "There is no project 'forged'.")]
    [TestCase("name=coverage&department=Sales", "can't be split or compared")]
    [TestCase("name=jobs&compare=year", "can't be split or compared")]
    [TestCase("name=pages", "There is no report")]
    public void What_can_not_be_is_told(string query, string message) => Assert.That(
        async () => await Reports.BuildAsync(ReportAddress.Parse(query).ToRequest(ReportScope.Everything, Berlin, s_now), default),
        Throws.TypeOf<ReportRequestException>().With.Message.Contains(message));

    [Test]
    public void A_giant_filter_is_refused_before_the_database_sees_it() => Assert.That(
        () => ReportAddress.Parse("name=users&department=" + new string('x', 100_000)), Throws.TypeOf<ReportRequestException>().With.Message.Contains("longer than 256"));

    private async Task<long> BeforeAsync(ReportRequest request)
    {
        Report report = await Reports.BuildAsync(request, default);
        return (long)report.Totals()[ReportView.IndexOf(report.Columns, "impressionsBefore")]!;
    }

    [Test]
    public async Task A_project_within_a_scope_of_another_project_holds_nothing()
    {
        ReportAddress address = ReportAddress.Parse("name=users&from=2026-03-01&to=2026-04-30&project=p1");
        Report inside = await Reports.BuildAsync(address.ToRequest(ReportScope.Parts(1, projects: [Project]), Berlin, s_now), default);
        Report outside = await Reports.BuildAsync(address.ToRequest(ReportScope.Parts(1, projects: [-1]), Berlin, s_now), default);
        Assert.That((await inside.Rows.Select(r => (long)r[3]!).SumAsync(), await outside.Rows.CountAsync()), Is.EqualTo((7L, 0)));
    }
}
