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
}
