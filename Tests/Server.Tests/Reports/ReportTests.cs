using System.Text;
using System.Text.Json;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Tests.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class ReportTests(Db db) : OfficeFixture(db)
{
    [Test]
    public async Task Users_have_their_pages_and_unknown_is_null()
    {
        var rows = await RowsAsync("users");

        Assert.That(rows.Select(r => r["key"]), Is.EqualTo(new object?[] { "alice", "bob", null }));
        Assert.That((rows[0]["name"], rows[0]["impressions"], rows[0]["mono"], rows[0]["color"], rows[0]["jobs"], rows[0]["cost"]), Is.EqualTo(("Alice Ärmel", 7L, 4L, 3L, 1L, 0.38m)));
        Assert.That((rows[0]["normal"], rows[0]["unknownSize"], rows[0]["sheets"], rows[0]["unknownSides"]), Is.EqualTo(((object?)null, 7L, (object?)null, 7L)));
        Assert.That((rows[1]["impressions"], rows[1]["mono"], rows[1]["unknownColor"]), Is.EqualTo((8L, 1L, 7L)));
        Assert.That(rows[^1]["impressions"], Is.EqualTo(15L));
    }

    [TestCase("2026-03-31", "2026-03-31", 14L)]
    [TestCase("2026-04-01", "2026-04-01", 1L)]
    [TestCase("2026-03-31T06:20:00Z", "2026-03-31T23:00:00Z", 8L)]
    [TestCase("2026-03-31T06:20:00Z", "2026-03-31T22:00:00Z", 7L)]
    [TestCase("2026-03-31T06:00:00Z", "2026-03-31T06:35:00Z", 7L)]
    public async Task Days_are_those_of_the_site_and_times_are_exact(string from, string to, long impressions) =>
        Assert.That((await RowsAsync("users", from, to))[^1]["impressions"], Is.EqualTo(impressions));

    [Test]
    public async Task Every_way_to_sum_comes_to_the_same_pages()
    {
        foreach (string name in new[] { "users", "departments", "projects" })
        {
            Assert.That((await RowsAsync(name))[^1]["impressions"], Is.EqualTo(15L), name);
            Assert.That((await RowsAsync(name, "2026-03-30", "2026-04-02"))[^1]["impressions"], Is.EqualTo(15L), name);
            Assert.That((await RowsAsync(name, "2026-03-30T00:00:01Z", "2026-04-02"))[^1]["impressions"], Is.EqualTo(15L), name);
        }

        foreach (string name in new[] { "devices", "months", "jobs" })
        {
            Assert.That((await RowsAsync(name))[^1]["impressions"], Is.EqualTo(22L), name);
            Assert.That((await RowsAsync(name, "2026-03-30T00:00:01Z", "2026-04-02"))[^1]["impressions"], Is.EqualTo(22L), name);
        }
    }

    [Test]
    public async Task Rows_can_be_split_by_another_dimension()
    {
        var rows = await RowsAsync("users", by: "device");
        Assert.That(rows.SkipLast(1).Select(r => (r["key"], r["by"], r["impressions"])), Is.EqualTo(new (object?, object?, object?)[]
        {
            ("alice", "hall", 7L), ("bob", "attic", 7L), ("bob", "hall", 1L),
        }));
        var months = await RowsAsync("months", by: "cause");
        Assert.That(months.SkipLast(1).Select(r => (r["key"], r["by"], r["impressions"])), Is.EquivalentTo(new (object?, object?, object?)[]
        {
            ("2026-03", null, 14L), ("2026-03", "directPrint", 5L), ("2026-03", "panelBypass", 2L), ("2026-04", null, 1L),
        }));
    }

    [Test]
    public async Task Coverage_explains_every_metered_page()
    {
        var rows = await RowsAsync("coverage");

        Assert.That(rows.Select(r => (r["key"], r["metered"], r["attributed"], ReportText.Of(r["explained"]), r["unexplained"], r["attributedPercent"], r["unit"])), Is.EqualTo(new (object?, object?, object?, string, object?, object?, object?)[]
        {
            ("attic", 7L, 7L, "", 0L, 100m, "impressions"), ("hall", 15L, 8L, "directPrint=5; panelBypass=2", 0L, 53.33m, "impressions"),
            (null, 22L, 15L, "directPrint=5; panelBypass=2", 0L, 68.18m, "impressions"),
        }));
        var inside = await RowsAsync("coverage", "2026-03-31T06:20:00Z", "2026-03-31T23:00:00Z");
        Assert.That(inside[^1]["unexplained"], Is.EqualTo(0L));
    }

    [Test]
    public async Task Meters_tell_values_at_both_ends()
    {
        var rows = await RowsAsync("meters", device: "HALL");
        Assert.That((rows[0]["first"], rows[0]["last"], rows[0]["delta"], rows[0]["unit"]), Is.EqualTo((1500L, 1515L, 15L, "impressions")));
        var april = await RowsAsync("meters", "2026-04-01", "2026-04-30", device: "hall");
        Assert.That((april[0]["first"], april[0]["last"], april[0]["delta"]), Is.EqualTo((1514L, 1515L, 1L)));
    }

    [Test]
    public async Task A_scope_narrows_what_is_seen()
    {
        Assert.That((await RowsAsync("users", scope: ReportScope.Parts(1, sites: ["Bonn"])))[^1]["impressions"], Is.EqualTo(7L));
        Assert.That((await RowsAsync("months", scope: ReportScope.Parts(1, departments: ["Sales"])))[^1]["impressions"], Is.EqualTo(7L));
        Assert.That((await RowsAsync("jobs", scope: ReportScope.Parts(1, projects: [Project])))[^1]["impressions"], Is.EqualTo(7L));
        Assert.That((await RowsAsync("users", scope: ReportScope.Parts(1, projects: [-1])))[^1]["impressions"], Is.EqualTo(0L));
        Assert.That(() => RowsAsync("coverage", scope: ReportScope.Parts(1, departments: ["Sales"])), Throws.TypeOf<ReportRequestException>());
    }

    [Test]
    public void Wrong_names_are_told_with_the_right_ones()
    {
        Assert.That(() => RowsAsync("pages"), Throws.TypeOf<ReportRequestException>().With.Message.Contains("coverage"));
        Assert.That(() => RowsAsync("users", by: "colour"), Throws.TypeOf<ReportRequestException>().With.Message.Contains("department"));
        Assert.That(() => RowsAsync("users", device: "cellar"), Throws.TypeOf<ReportRequestException>().With.Message.EqualTo("There is no device 'cellar'."));
    }

    [Test]
    public async Task Writers_agree_and_a_name_is_never_a_formula()
    {
        ReportRequest request = new("users", Period("2026-03-01", "2026-04-30"), ReportScope.Everything);
        using MemoryStream json = new();
        await ReportJson.WriteAsync(await Reports.BuildAsync(request, default), json, false, default);
        JsonElement root = JsonDocument.Parse(json.ToArray()).RootElement;
        using MemoryStream csv = new();
        await ReportCsv.WriteAsync(await Reports.BuildAsync(request, default), csv, default);
        string[] lines = Encoding.UTF8.GetString(csv.ToArray()).Split("\r\n");
        StringWriter table = new();
        await ReportTable.WriteAsync(await Reports.BuildAsync(request, default), table, default);

        Assert.That((root.GetProperty("report").GetString(), root.GetProperty("from").GetString(), root.GetProperty("to").GetString()),
            Is.EqualTo(("users", "2026-02-28T23:00:00Z", "2026-04-30T22:00:00Z")));
        Assert.That(root.GetProperty("rows")[0].GetProperty("sheets").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(root.GetProperty("totals").GetProperty("impressions").GetInt64(), Is.EqualTo(15));
        Assert.That(root.GetProperty("unattributed").EnumerateArray().Sum(u => u.GetProperty("impressions").GetInt64()), Is.EqualTo(7));
        Assert.That(lines[0], Does.StartWith("key,name,jobs,impressions,mono,color,"));
        Assert.That(lines[2], Does.StartWith("bob,'=Bob,2,8,1,0,7,"));
        Assert.That(table.ToString(), Does.Contain("alice  Alice Ärmel"));
    }

    [TestCase("2026-03-31", "2026-04-30")]
    [TestCase("2026-04-20", "2026-07-31")]
    [TestCase("2026-01-01", "2026-02-28")]
    public async Task Meters_of_all_devices_are_those_of_each_however_long_ago_they_were_read(string from, string to)
    {
        MeterSpans spans = new(Database);
        ReportPeriod period = ReportPeriod.TryParse(from, to, Berlin, new DateTimeOffset(2026, 8, 2, 12, 0, 0, TimeSpan.Zero), out _)!;
        await Database.ReadAsync(async (connection, ct) =>
        {
            ReportDevice[] devices = await spans.DevicesAsync(connection, ReportScope.Everything, new ReportFilter(), ct);
            IReadOnlyDictionary<long, List<MeterSpan>> all = await spans.OfAsync(connection, devices, period, ReportScope.Everything, new ReportFilter(), ct);
            foreach (ReportDevice device in devices)
            {
                List<MeterSpan> alone = await spans.OfAsync(connection, device.Id, period, ct);
                Assert.That(all[device.Id].Select(Told), Is.EqualTo(alone.Select(Told)), device.Name);
                Assert.That(alone, from == "2026-01-01" ? Is.Empty : Is.Not.Empty);
            }

            return 0;
        }, default);

        static string Told(MeterSpan span) => $"{span.Epoch.Epoch} {Of(span.First)} to {Of(span.Last)}: {span.Metered}";

        static string Of(CopyTrack.Accounting.Ledger.ReadingRecord border) => $"{border with { Values = [] }} {string.Join(',', border.Values)}";
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Audit_of_what_the_rules_posted_is_good_quick_and_full(bool full)
    {
        AuditKey key = new("k1", new byte[32]);
        AuditRunner runner = new(Database, TimeProvider.System, key);

        var first = await runner.RunAsync(1, null, full, default);
        var second = await runner.RunAsync(1, "Hall", full, default);

        Assert.That(first!.Devices.SelectMany(d => d.Violations), Is.Empty);
        Assert.That(second!.Devices.Single().Epochs.Single() with { Counters = [] }, Is.EqualTo(first.Devices.Single(d => d.Device == "hall").Epochs.Single() with { Counters = [] }));
        Assert.That(second.Devices.Single().Epochs.Single().Difference, Is.Zero);
        Assert.That(second.Devices.Single().Epochs.Single().Metered, Is.EqualTo(15));
        Assert.That(await runner.RunAsync(1, "cellar", full, default), Is.Null);
        Assert.That(await Database.CountAsync("select count(*) from ledger_checkpoint"), Is.EqualTo(2));
    }
}
