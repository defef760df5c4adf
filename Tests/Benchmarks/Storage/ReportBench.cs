using System.Diagnostics;
using System.Globalization;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Journal;
using CopyTrack.Server.Data.PostgreSql;
using CopyTrack.Server.Reports;
using Dapper;

namespace CopyTrack.Benchmarks.Storage;

/// <summary>Reports over a year: 2.5 million sessions of four entries each, 5,000 people, 500 devices, 25 departments, 200 projects.</summary>
internal static class ReportBench
{
    private const int Sessions = 2_500_000, People = 5_000, Devices = 500, Projects = 200, PerStep = 250_000;
    private static readonly DateOnly s_first = new(2025, 1, 1);

    public static async Task RunAsync(IDatabase database)
    {
        var watch = Stopwatch.StartNew();
        await SeedAsync(database);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  made in {watch.Elapsed.TotalSeconds:F0} s"));
        var options = new ReportOptions { TimeZone = TimeZoneInfo.Utc };
        var entries = new EntryReader(database);
        var reports = new ReportService(
            new PageReports(new UsageReader(database, entries, options), entries, options), new JobsReport(database, entries, options),
            new MeterReports(database, new MeterSpans(database), entries, new UsageReader(database, entries, options)));
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

    private static async Task SeedAsync(IDatabase database)
    {
        for (var month = 0; month < 12; month++)
        {
            await Partitions.EnsureAsync(database, new DateTimeOffset(2025, 1 + month, 1, 0, 0, 0, TimeSpan.Zero), 0, default);
        }

        await RunAsync(database, Numbers(1, People) + "insert into person (id, org_id, user_name, user_folded, display_name, department, created_at, updated_at) select i, 1, 'user' || i, 'user' || i, 'User ' || i, 'department ' || (i % 25), 0, 0 from n");
        await RunAsync(database, Numbers(1, Devices) + "insert into device (id, org_id, name, name_folded, address, site, created_at, updated_at) select i, 1, 'device' || i, 'device' || i, 'x', 'site ' || (i % 5), 0, 0 from n");
        await RunAsync(database, Numbers(1, Projects) + "insert into project (id, org_id, code, code_folded, name, name_folded, created_at, updated_at) select i, 1, 'p' || i, 'p' || i, 'Project ' || i, 'project ' || i, 0, 0 from n");
        var set = new BaseCounterSet
        {
            Profile = "bench", ProfileVersion = 1,
            Counters = [Counter(0, PageFunction.Copy, PageColor.Mono), Counter(1, PageFunction.Copy, PageColor.Color), Counter(2, PageFunction.Print, PageColor.Any), Counter(3, PageFunction.Fax, PageColor.Any)],
        };
        await database.WriteAsync((connection, _) => connection.ExecuteAsync("insert into epoch (device_id, epoch, opened_at, reason, counters) select id, 1, 0, 'first', @counters from device", new { counters = StateDocument.Write(set) }), default);
        await RunAsync(database, "create table made (i bigint, at bigint, day bigint, device bigint, person bigint, project bigint, cause bigint, pages bigint)");
        var start = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).ToMicros();
        var step = 365L * 24 * 3600 * 1_000_000 / Sessions;
        for (var from = 0; from < Sessions; from += PerStep)
        {
            await RunAsync(database, string.Create(CultureInfo.InvariantCulture, $"""
                {Numbers(from, from + PerStep - 1)}
                insert into made select i, {start} + i * {step}, {s_first.DayNumber} + i * {step} / 86400000000, 1 + (i * 7919) % {Devices},
                    case when i % 7 = 0 then 0 else 1 + (i * 104729) % {People} end, case when i % 3 = 0 then 1 + i % {Projects} else 0 end,
                    case when i % 7 = 0 then 1 + (i / 7) % 3 else 0 end, 1 + i % 9 from n
                """));
            await RunAsync(database, string.Create(CultureInfo.InvariantCulture, $"""
                insert into entry (device_id, seq, at, posted_at, org_id, interval_seq, delta, session_id, person_id, project_id, epoch, counter, cause, confidence, source)
                select m.device, m.i * 4 + k.k, m.at, m.at, 1, m.i, m.pages, case when m.person = 0 then null else m.i end, nullif(m.person, 0), nullif(m.project, 0), 1, k.k, m.cause, 0, 0
                from made m cross join (select 0 as k union all select 1 union all select 2 union all select 3) k where m.i >= {from} and m.i < {from + PerStep}
                """));
        }

        const string Sums = "count(*), sum(pages), sum(pages), 0, 0, sum(pages), 0, 0, sum(pages), 0, 0, 0, 0, sum(pages) * 1000";
        const string Columns = "jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros";
        await RunAsync(database, $"insert into usage_day (org_id, day, device_id, person_id, project_id, function, cause, {Columns}) select 1, day, device, person, project, 1, cause, {Sums} from made group by day, device, person, project, cause");
        for (var month = s_first; month < s_first.AddYears(1); month = month.AddMonths(1))
        {
            await RunAsync(database, string.Create(CultureInfo.InvariantCulture, $"insert into usage_device_month (org_id, month, device_id, function, cause, {Columns}) select 1, {ChangeSet.MonthOf(month)}, device, 1, cause, {Sums} from made where day >= {month.DayNumber} and day < {month.AddMonths(1).DayNumber} group by device, cause"));
            await RunAsync(database, string.Create(CultureInfo.InvariantCulture, $"insert into usage_hour (org_id, month, device_id, hour, function, cause, {Columns}) select 1, {ChangeSet.MonthOf(month)}, device, (at / 3600000000) % 24, 1, cause, {Sums} from made where day >= {month.DayNumber} and day < {month.AddMonths(1).DayNumber} group by device, (at / 3600000000) % 24, cause"));
            await RunAsync(database, string.Create(CultureInfo.InvariantCulture, $"insert into usage_month (org_id, month, person_id, project_id, {Columns}) select 1, {ChangeSet.MonthOf(month)}, person, project, {Sums} from made where person <> 0 and day >= {month.DayNumber} and day < {month.AddMonths(1).DayNumber} group by person, project"));
        }

        await RunAsync(database, "drop table made");
        if (database is PostgreSqlDatabase postgres)
        {
            // What autovacuum does in time, at once.
            await using var command = postgres.Source.CreateCommand("vacuum analyze");
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync();
        }

        foreach (var table in (string[])["entry", "usage_day", "usage_month", "usage_device_month", "usage_hour"])
        {
            var rows = await CountAsync(database, table);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {rows:N0} rows in {table}"));
        }
    }

    private static BaseCounter Counter(int index, PageFunction function, PageColor color) => new()
    {
        Index = index, Role = CounterRole.Part, Modulus = 1L << 32, Oids = [], Key = new CounterKey(function, color, PageSize.Any, PageSides.Any, CounterUnit.Impressions),
    };

    private static Task<long> CountAsync(IDatabase database, string table) =>
        database.ReadAsync((connection, _) => connection.ExecuteScalarAsync<long>($"select count(*) from {table}", commandTimeout: 0), default);

    private static string Numbers(long from, long to) => string.Create(
        CultureInfo.InvariantCulture, $"with recursive n(i) as (select cast({from} as bigint) union all select i + 1 from n where i < {to}) ");

    private static Task<int> RunAsync(IDatabase database, string sql) =>
        database.WriteAsync((connection, _) => connection.ExecuteAsync(sql, commandTimeout: 0), default);
}
