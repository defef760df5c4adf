using System.Collections.Immutable;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Tests.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>From each number of each report to the jobs behind it.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class ReportDrillTests(Db db) : OfficeFixture(db)
{
    [Test]
    public async Task Jobs_behind_every_number_come_to_it([Values(null, "cause", "device", "month", "day", "hour", "function")] string? by, [Values("", "&device=hall", "&hour=8", "&from=2026-03-31T06:20:00Z&to=2026-03-31T23:00:00Z")] string more)
    {
        DateTimeOffset now = new(2026, 4, 2, 12, 0, 0, TimeSpan.Zero);
        JobsReport jobs = new(Database, new EntryReader(Database), ReportOptions);
        foreach (string name in ReportNames.OfPages)
        {
            ReportAddress address = ReportAddress.Parse($"from=2026-03-15&to=2026-04-20&name={name}{more}").With(("by", by));
            if (more.Contains("&from", StringComparison.Ordinal))
            {
                address = ReportAddress.Parse(more[1..]).With(("name", name), ("by", by));
            }

            Report report;
            try
            {
                report = await Reports.BuildAsync(address.ToRequest(ReportScope.Everything, Berlin, now), default);
            }
            catch (ReportRequestException)
            {
                // Split by itself, or hours by person.
                continue;
            }

            int pages = ReportView.IndexOf(report.Columns, "impressions");
            await foreach (ImmutableArray<object?> row in report.Rows)
            {
                ReportAddress behind = ReportDrill.Of(address, report, row, Berlin);
                (List<ImmutableArray<object?>> rows, _) = await jobs.PageAsync(behind.ToRequest(ReportScope.Everything, Berlin, now), null, 1000, default);
                Assert.That(rows.Sum(r => (long)r[5]!), Is.EqualTo(row[pages]), $"{address.ToQuery()} -> {behind.ToQuery()}");
            }
        }
    }

    [TestCase("name=users&from=2026-04-01&to=2026-04-30&compare=before")]
    [TestCase("name=users&by=device&from=2026-04-01&to=2026-04-30&compare=before")]
    [TestCase("name=devices&by=cause&from=2026-03-15&to=2026-04-20")]
    [TestCase("name=devices&by=user&from=2026-03-15&to=2026-04-20&project=P1")]
    [TestCase("name=months&from=2026-04-01&to=2026-04-30&compare=before")]
    [TestCase("name=months&from=2026-05-01&to=2026-06-30&compareFrom=2026-03-01&compareTo=2026-04-30")]
    [TestCase("name=sites&by=day&from=2026-04-01&to=2026-04-02&compareFrom=2026-03-31&compareTo=2026-04-01")]
    [TestCase("name=departments&from=2026-04-01&to=2026-04-30&compareFrom=2026-03-31T06:00:00Z&compareTo=2026-03-31T06:40:00Z")]
    [TestCase("name=functions&from=2026-03-15&to=2026-04-20")]
    public async Task Every_number_leads_to_jobs_that_come_to_it_of_rows_totals_and_the_period_before(string query)
    {
        DateTimeOffset now = new(2026, 7, 2, 12, 0, 0, TimeSpan.Zero);
        ReportAddress address = ReportAddress.Parse(query);
        Report report = await Reports.BuildAsync(address.ToRequest(ReportScope.Everything, Berlin, now), default);
        List<ImmutableArray<object?>?> rows = [.. (await report.Rows.ToListAsync()).Select(r => (ImmutableArray<object?>?)r), null];
        int followed = 0;
        foreach (ImmutableArray<object?>? row in rows)
        {
            ImmutableArray<object?> cells = row ?? report.Totals();
            for (int i = 0; i < report.Columns.Length; i++)
            {
                string column = report.Columns[i].Name;
                if (ReportDrill.OfCell(address, report, row, column, Berlin) is not { } behind || column == "jobs")
                {
                    Assert.That(column, Is.AnyOf("key", "name", "by", "byName", "jobs", "currency", "duplexShare", "impressionsChange", "impressionsChangePercent", "costChange"));
                    continue;
                }

                int counted = ReportView.IndexOf(JobsReport.Columns, column switch { "impressionsBefore" => "impressions", "costBefore" => "cost", _ => column });
                (List<ImmutableArray<object?>> jobs, _) = await new JobsReport(Database, new EntryReader(Database), ReportOptions).PageAsync(behind.ToRequest(ReportScope.Everything, Berlin, now), null, 1000, default);
                decimal sum = jobs.Sum(j => j[counted] switch { long n => n, decimal m => m, _ => 0 }), told = cells[i] switch { long n => n, decimal m => m, _ => sum };
                Assert.That(sum, Is.EqualTo(told), $"{column} of {cells[0]} of {query} -> {behind.ToQuery()}");
                followed++;
            }
        }

        Assert.That(followed, Is.GreaterThan(20));
    }

    [Test]
    public async Task Numbers_of_coverage_lead_to_the_jobs_of_the_device_by_owner_and_cause()
    {
        DateTimeOffset now = new(2026, 7, 2, 12, 0, 0, TimeSpan.Zero);
        ReportAddress address = ReportAddress.Parse("name=coverage&from=2026-03-15&to=2026-04-20");
        Report report = await Reports.BuildAsync(address.ToRequest(ReportScope.Everything, Berlin, now), default);
        foreach (ImmutableArray<object?> row in await report.Rows.ToListAsync())
        {
            Assert.That(await PagesAsync(ReportDrill.OfCell(address, report, row, "attributed", Berlin)!), Is.EqualTo(row[3]), $"{row[0]}");
            Assert.That(await PagesAsync(ReportDrill.OfCell(address, report, row, "metered", Berlin)!), Is.EqualTo(row[2]), $"{row[0]}");
            foreach ((string cause, object? pages) in ((ReportNode.Members)row[4]!).Values)
            {
                Assert.That(await PagesAsync(ReportDrill.OfCause(address, report, row, cause, Berlin)), Is.EqualTo(pages), $"{row[0]} {cause}");
            }
        }

        async Task<long> PagesAsync(ReportAddress behind) => (await new JobsReport(Database, new EntryReader(Database), ReportOptions).PageAsync(
            behind.ToRequest(ReportScope.Everything, Berlin, now), null, 1000, default)).Rows.Sum(r => (long)r[5]!);
    }
}
