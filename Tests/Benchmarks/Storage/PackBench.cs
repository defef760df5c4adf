using System.Globalization;
using CopyTrack.Server.Data;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Packs;

namespace CopyTrack.Benchmarks.Storage;

/// <summary>
/// Processor time of this process for the first look at reports, from the roll-ups and from packed days: 210,000 sessions of 250,000 people at 5,000 devices over a year, which is what a
/// month holds on a site with 10 million entries a year. With SQLite the database is in it; with PostgreSQL only what the program does.
/// </summary>
internal static class PackBench
{
    private const int Times = 3;

    public static async Task RunAsync(IDatabase database, bool quick)
    {
        await LedgerSeed.FillAsync(database, quick ? new LedgerSize(2_100, 2_500, 50, 20, new DateOnly(2025, 1, 1)) : new LedgerSize(210_000, 250_000, 5_000, 2_000, new DateOnly(2025, 1, 1)));
        await LedgerSeed.PackAsync(database);
        await LedgerSeed.SettleAsync(database);
        var options = new ReportOptions { TimeZone = TimeZoneInfo.Utc };
        var entries = new EntryReader(database);
        var packs = new PackedUsage(database, options, TimeProvider.System);
        ReportViews before = Views(null), after = Views(packs);
        foreach (var query in (string[])["name=users", "name=users&by=device", "name=departments", "name=projects", "name=devices", "name=sites", "name=months", "name=functions", "name=hours"])
        {
            var (rollUps, counted) = await CpuAsync(before, query);
            var (packed, same) = await CpuAsync(after, query);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure {query}: {rollUps:F1}|{packed:F1}"));
            if (counted != same)
            {
                throw new InvalidOperationException($"{query}: the roll-ups tell {counted}, the packs {same}");
            }
        }

        ReportViews Views(PackedUsage? of)
        {
            var usage = new UsageReader(database, entries, options, of);
            return new ReportViews(
                new ReportService(new PageReports(usage, entries, options), new JobsReport(database, entries, options), new MeterReports(database, new MeterSpans(database), entries, usage)),
                entries, new TopPeople(database, options, of), options, TimeProvider.System);
        }
    }

    /// <summary>Milliseconds for the first hundred rows of a year, and its totals; one look before lets the code be compiled.</summary>
    private static async Task<(double Milliseconds, string Totals)> CpuAsync(ReportViews views, string query)
    {
        var address = ReportAddress.Parse(query + "&from=2025-01-01&to=2025-12-31");
        var totals = "";
        var began = default(TimeSpan);
        for (var i = 0; i <= Times; i++)
        {
            began = i == 1 ? Environment.CpuUsage.TotalTime : began;
            var view = await views.MakeAsync(address, ReportScope.Everything, null, 0, 100, null, default);
            totals = $"{view.Count} rows, {string.Join(' ', view.Totals)}";
        }

        return ((Environment.CpuUsage.TotalTime - began).TotalMilliseconds / Times, totals);
    }
}
