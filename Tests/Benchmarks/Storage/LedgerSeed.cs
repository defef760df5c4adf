using System.Diagnostics;
using System.Globalization;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Journal;
using CopyTrack.Server.Data.PostgreSql;
using CopyTrack.Server.Data.Sqlite;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Packs;
using Dapper;

namespace CopyTrack.Benchmarks.Storage;

/// <summary>How much a seeded ledger holds: sessions of four entries each over the twelve months from <see cref="First"/>.</summary>
internal sealed record LedgerSize(int Sessions, int People, int Devices, int Projects, DateOnly First);

/// <summary>
/// Makes a year's ledger with its readings and roll-ups by SQL alone: people in 25 departments, devices at five sites, a seventh of the work belongs to nobody. Indexes of the large
/// tables are made after their rows, as whoever loads a database does.
/// </summary>
internal static class LedgerSeed
{
    private const int Step = 250_000;

    /// <summary>Fills an empty, migrated database.</summary>
    public static async Task FillAsync(IDatabase database, LedgerSize size)
    {
        var (sessions, people, devices, projects, first) = size;
        var indexes = await DropIndexesAsync(database, ["entry", "reading"]);
        for (var month = 0; month < 12; month++)
        {
            await Partitions.EnsureAsync(database, new DateTimeOffset(first.AddMonths(month), default, TimeSpan.Zero), 0, default);
        }

        await RunAsync(database, Numbers(1, people) + "insert into person (id, org_id, user_name, user_folded, display_name, department, created_at, updated_at) select i, 1, 'user' || i, 'user' || i, 'User ' || i, 'department ' || (i % 25), 0, 0 from n");
        await RunAsync(database, Numbers(1, devices) + "insert into device (id, org_id, name, name_folded, address, site, created_at, updated_at) select i, 1, 'device' || i, 'device' || i, 'x', 'site ' || (i % 5), 0, 0 from n");
        await RunAsync(database, Numbers(1, projects) + "insert into project (id, org_id, code, code_folded, name, name_folded, created_at, updated_at) select i, 1, 'p' || i, 'p' || i, 'Project ' || i, 'project ' || i, 0, 0 from n");
        var set = new BaseCounterSet
        {
            Profile = "bench", ProfileVersion = 1,
            Counters = [Counter(0, PageFunction.Copy, PageColor.Mono), Counter(1, PageFunction.Copy, PageColor.Color), Counter(2, PageFunction.Print, PageColor.Any), Counter(3, PageFunction.Fax, PageColor.Any)],
        };
        await database.WriteAsync((connection, _) => connection.ExecuteAsync("insert into epoch (device_id, epoch, opened_at, reason, counters) select id, 1, 0, 'first', @counters from device", new { counters = StateDocument.Write(set) }), default);
        await RunAsync(database, "create table made (i bigint, at bigint, day bigint, device bigint, person bigint, project bigint, cause bigint, pages bigint)");
        var start = new DateTimeOffset(first, default, TimeSpan.Zero).ToMicros();
        var pause = 365L * 24 * 3600 * 1_000_000 / sessions;
        for (var from = 0; from < sessions; from += Step)
        {
            await RunAsync(database, string.Create(CultureInfo.InvariantCulture, $"""
                {Numbers(from, Math.Min(from + Step, sessions) - 1)}
                insert into made select i, {start} + i * {pause}, {first.DayNumber} + i * {pause} / 86400000000, 1 + (i * 7919) % {devices},
                    case when i % 7 = 0 then 0 else 1 + (i * 104729) % {people} end, case when i % 3 = 0 then 1 + i % {projects} else 0 end,
                    case when i % 7 = 0 then 1 + (i / 7) % 3 else 0 end, 1 + i % 9 from n
                """));
            await RunAsync(database, string.Create(CultureInfo.InvariantCulture, $"""
                insert into entry (device_id, seq, at, posted_at, org_id, interval_seq, delta, session_id, person_id, project_id, epoch, counter, cause, confidence, source)
                select m.device, m.i * 4 + k.k, m.at, m.at, 1, m.i, m.pages, case when m.person = 0 then null else m.i end, nullif(m.person, 0), nullif(m.project, 0), 1, k.k, m.cause, 0, 0
                from made m cross join (select 0 as k union all select 1 union all select 2 union all select 3) k where m.i >= {from} and m.i < {from + Step}
                """));
        }

        // Each session's last border: all four counters of a device stand at the same sum.
        await RunAsync(database, """
            insert into reading (device_id, seq, at, confirmed_at, token, epoch, boot, status, trigger, meters)
            select device, i, at, at, 1, 1, 1, 0, 0, pages || ',' || pages || ',' || pages || ',' || pages
            from (select device, i, at, cast(100 + sum(pages) over (partition by device order by i) as bigint) as pages from made) r
            """);
        foreach (var index in indexes)
        {
            await RunAsync(database, index);
        }

        const string Sums = "count(*), sum(pages), sum(pages), 0, 0, sum(pages), 0, 0, sum(pages), 0, 0, 0, 0, sum(pages) * 1000";
        const string Columns = "jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros";
        // In the order in which days come to be: a database that has lived has the rows of a day beside each other.
        await RunAsync(database, $"insert into usage_day (org_id, day, device_id, person_id, project_id, function, cause, {Columns}) select 1, day, device, person, project, 1, cause, {Sums} from made group by day, device, person, project, cause order by day, device, person, project, cause");
        for (var month = first; month < first.AddYears(1); month = month.AddMonths(1))
        {
            await RunAsync(database, string.Create(CultureInfo.InvariantCulture, $"insert into usage_device_month (org_id, month, device_id, function, cause, {Columns}) select 1, {ChangeSet.MonthOf(month)}, device, 1, cause, {Sums} from made where day >= {month.DayNumber} and day < {month.AddMonths(1).DayNumber} group by device, cause"));
            await RunAsync(database, string.Create(CultureInfo.InvariantCulture, $"insert into usage_hour (org_id, month, device_id, hour, function, cause, {Columns}) select 1, {ChangeSet.MonthOf(month)}, device, (at / 3600000000) % 24, 1, cause, {Sums} from made where day >= {month.DayNumber} and day < {month.AddMonths(1).DayNumber} group by device, (at / 3600000000) % 24, cause"));
            await RunAsync(database, string.Create(CultureInfo.InvariantCulture, $"insert into usage_month (org_id, month, person_id, project_id, {Columns}) select 1, {ChangeSet.MonthOf(month)}, person, project, {Sums} from made where person <> 0 and day >= {month.DayNumber} and day < {month.AddMonths(1).DayNumber} group by person, project"));
        }

        await RunAsync(database, "drop table made");
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

    /// <summary>Drops the indexes of tables and returns what makes them again.</summary>
    internal static async Task<IReadOnlyList<string>> DropIndexesAsync(IDatabase database, IReadOnlyList<string> tables)
    {
        var names = string.Join(", ", tables.Select(t => $"'{t}'"));
        // Of a partitioned table the index of the whole alone: it takes those of its parts with it.
        var found = await database.ReadAsync((connection, _) => connection.QueryAsync<(string Name, string Made)>(database is PostgreSqlDatabase
            ? $"select indexname, replace(indexdef, ' ON ONLY ', ' ON ') from pg_indexes where tablename in ({names}) and indexdef not like '% UNIQUE %'"
            : $"select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in ({names}) and sql not like '% unique %'"), default);
        foreach (var (name, _) in found)
        {
            await RunAsync(database, $"drop index {name}");
        }

        return [.. found.Select(i => i.Made)];
    }

    /// <summary>What the database does by itself in time, at once.</summary>
    internal static async Task SettleAsync(IDatabase database)
    {
        if (database is PostgreSqlDatabase postgres)
        {
            await using var command = postgres.Source.CreateCommand("vacuum analyze");
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync();
        }
        else
        {
            await ((SqliteDatabase)database).UpdateStatisticsAsync(default);
        }
    }

    /// <summary>Packs the days that are over, as a server does in time, and tells what that took.</summary>
    internal static async Task PackAsync(IDatabase database)
    {
        var watch = Stopwatch.StartNew();
        var days = await new UsagePacker(database, new ReportOptions { TimeZone = TimeZoneInfo.Utc }, TimeProvider.System).RunAsync(int.MaxValue, (_, _) => Task.CompletedTask, default);
        var size = await database.ReadAsync((connection, _) => connection.ExecuteScalarAsync<long>("select sum(length(content)) from usage_pack", commandTimeout: 0), default);
        StorageBench.Tell(string.Create(CultureInfo.InvariantCulture, $"days packed, {size / 1e6:F0} MB in all"), days, watch.Elapsed);
    }

    private static Task<int> RunAsync(IDatabase database, string sql) =>
        database.WriteAsync((connection, _) => connection.ExecuteAsync(sql, commandTimeout: 0), default);
}
