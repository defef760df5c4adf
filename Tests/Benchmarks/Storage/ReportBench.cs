using System.Diagnostics;
using System.Globalization;
using CopyTrack.Server.Data;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Packs;

namespace CopyTrack.Benchmarks.Storage;

/// <summary>Reports over a year: 2.5 million sessions of four entries each, 5,000 people, 500 devices, 25 departments, 200 projects.</summary>
internal static class ReportBench
{
    public static async Task RunAsync(IDatabase database)
    {
        var watch = Stopwatch.StartNew();
        await LedgerSeed.FillAsync(database, new LedgerSize(2_500_000, 5_000, 500, 200, new DateOnly(2025, 1, 1)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  made in {watch.Elapsed.TotalSeconds:F0} s"));
        await LedgerSeed.PackAsync(database);
        await LedgerSeed.SettleAsync(database);
        var options = new ReportOptions { TimeZone = TimeZoneInfo.Utc };
        var entries = new EntryReader(database);
        var usage = new UsageReader(database, entries, options, new PackedUsage(database, options, TimeProvider.System));
        var reports = new ReportService(
            new PageReports(usage, entries, options), new JobsReport(database, entries, options), new MeterReports(database, new MeterSpans(database), entries, usage));
        await TellAsync("month by user, first 100 and totals", () => ReadAsync(reports, "users", "2025-06-01", "2025-06-30", 100));
        await TellAsync("month by department", () => ReadAsync(reports, "departments", "2025-06-01", "2025-06-30"));
        await TellAsync("month by project", () => ReadAsync(reports, "projects", "2025-06-01", "2025-06-30"));
        await TellAsync("month by device", () => ReadAsync(reports, "devices", "2025-06-01", "2025-06-30"));
        await TellAsync("year by user", () => ReadAsync(reports, "users", "2025-01-01", "2025-12-31", 100));
        await TellAsync("year by month", () => ReadAsync(reports, "months", "2025-01-01", "2025-12-31"));
        await TellAsync("17 May to 8 August by user", () => ReadAsync(reports, "users", "2025-05-17", "2025-08-08", 100));
        await TellAsync("month by hour of the day", () => ReadAsync(reports, "hours", "2025-06-01", "2025-06-30"));
        await TellAsync("month by site", () => ReadAsync(reports, "sites", "2025-06-01", "2025-06-30"));
        await TellAsync("year by function", () => ReadAsync(reports, "functions", "2025-01-01", "2025-12-31"));
        await ExportAsync(reports);
        await TellAsync("month by user and device", () => ReadAsync(reports, "users", "2025-06-01", "2025-06-30", 100, "device"));
    }

    /// <summary>Builds the report as the command line, the API and the web do, and reads its first rows and its totals.</summary>
    private static async Task<int> ReadAsync(ReportService reports, string name, string from, string to, int rows = int.MaxValue, string? by = null)
    {
        var period = ReportPeriod.TryParse(from, to, TimeZoneInfo.Utc, DateTimeOffset.UtcNow, out _)!;
        var report = await reports.BuildAsync(new ReportRequest(name, period, ReportScope.Everything, by), default);
        var count = await report.Rows.Take(rows).CountAsync();
        return report.Totals().Length > 0 ? count : throw new InvalidOperationException("a report without totals");
    }

    /// <summary>A million rows and some as CSV to nowhere: the file of single jobs, which is the longest there is.</summary>
    private static async Task ExportAsync(ReportService reports)
    {
        var period = ReportPeriod.TryParse("2025-06-01", "2025-07-20", TimeZoneInfo.Utc, DateTimeOffset.UtcNow, out _)!;
        var report = await reports.BuildAsync(new ReportRequest("jobs", period, ReportScope.Everything), default);
        var rows = 0;
        var watch = Stopwatch.StartNew();
        var counted = report with { Rows = report.Rows.Select(r => { rows++; return r; }) };
        await ReportCsv.WriteAsync(counted, Stream.Null, default);
        var seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  CSV of single jobs: {rows:N0} rows in {seconds:F1} s, {rows / seconds:N0} rows/s, heap {GC.GetTotalMemory(true) / 1048576.0:F0} MiB, resident {Environment.WorkingSet / 1048576.0:F0} MiB"));
    }

    private static async Task TellAsync<T>(string what, Func<Task<T>> query)
    {
        await query();
        var times = new List<double>();
        for (var i = 0; i < 15; i++)
        {
            var watch = Stopwatch.StartNew();
            await query();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-58} median {times[times.Count / 2],8:F1} ms, worst {times[^1],8:F1} ms"));
    }
}
