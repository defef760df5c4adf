using System.Globalization;
using CopyTrack.Server.Data;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace CopyTrack.Benchmarks.Storage;

/// <summary>
/// Fills the database of a site that bench.sh made for its measurement of pages: <c>web sqlite DIRECTORY</c> or <c>web postgres CONNECTION [--quick]</c>. 10 million entries, 250,000
/// people with cards and 5,000 devices with readings, terminals, sessions, access log and audit log, ending today.
/// </summary>
internal static class WebFill
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var provider, var where, ..])
        {
            return 2;
        }

        DapperTypes.Register();
        var quick = args.Contains("--quick");
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        LedgerSize size = quick ? new(25_000, 2_500, 50, 20, Begin(today)) : new(2_500_000, 250_000, 5_000, 2_000, Begin(today));
        var options = provider == "sqlite" ? new DataOptions { Directory = where } : new DataOptions { Provider = provider, ConnectionString = where };
        await using var database = DataServices.Open(options, NullLogger.Instance);
        await LedgerSeed.FillAsync(database, size);
        await AddAsync(database, Numbers(1, size.Devices) + "insert into terminal (id, org_id, name, name_folded, device_id, last_seen_at, created_at, updated_at) select 't' || i, 1, 'terminal' || i, 'terminal' || i, i, 1, 0, 0 from n");
        // A card for each, a mail address, and one in 500 who is blocked.
        await AddAsync(database, "update person set email = user_name || '@office.example', enabled = case when id % 500 = 0 then 0 else 1 end");
        await AddAsync(database, Numbers(1, size.People) + (provider == "sqlite"
            ? "insert into card (id, org_id, key_id, hash, suffix, person_id, added_by, added_at) select i, 1, 'k1', randomblob(32), '…' || (i % 1000), i, 'directory:1', 0 from n"
            : "insert into card (id, org_id, key_id, hash, suffix, person_id, added_by, added_at) select i, 1, 'k1', sha256(cast(cast(i as text) as bytea)), '…' || (i % 1000), i, 'directory:1', 0 from n"));
        var indexes = await LedgerSeed.DropIndexesAsync(database, ["session", "access_log", "audit_log"]);
        var begin = new DateTimeOffset(size.First, default, TimeSpan.Zero).ToMicros();
        var pause = 365L * 24 * 3600 * 1_000_000 / size.Sessions;
        const int Step = 250_000;
        for (var from = 1; from <= size.Sessions; from += Step)
        {
            var to = Math.Min(from + Step - 1, size.Sessions);
            await AddAsync(database, Text($"""
                {Numbers(from, to)}
                insert into session (id, org_id, device_id, terminal_id, person_id, project_id, state, method, functions, project_required, opened_at, last_activity_at, ended_at, settled_at, end_reason, inferred)
                select i, 1, 1 + (i * 7919) % {size.Devices}, 't' || (1 + (i * 7919) % {size.Devices}), 1 + (i * 104729) % {size.People}, null, 4, 'card', 'copy', 0,
                    {begin} + i * {pause}, {begin} + i * {pause}, {begin} + i * {pause} + 60000000, {begin} + i * {pause} + 70000000, 1, case when i % 50 = 0 then 1 else 0 end from n where i % 7 <> 0
                """));
        }

        var lines = size.Sessions / 10;
        await AddAsync(database, Text($"""
            {Numbers(1, lines)}
            insert into access_log (id, at, terminal_id, device_id, person_id, method, outcome)
            select i, {begin} + i * {pause * 10}, 't' || (1 + i % {size.Devices}), 1 + i % {size.Devices}, 1 + (i * 104729) % {size.People}, 'card', case when i % 20 = 0 then 'unknownCard' else 'granted' end from n
            """));
        await AddAsync(database, Text($"""
            {Numbers(1, lines)}
            insert into audit_log (id, at, org_id, actor, action, subject)
            select i, {begin} + i * {pause * 10}, 1, 'directory:1', 'person.change', 'person:' || (1 + i % {size.People}) from n
            """));
        foreach (var index in indexes)
        {
            await AddAsync(database, index);
        }

        await LedgerSeed.PackAsync(database);
        await LedgerSeed.SettleAsync(database);
        return 0;
    }

    /// <summary>The first of the month eleven months ago, so that the last sessions are of about today.</summary>
    private static DateOnly Begin(DateOnly today) => new DateOnly(today.Year, today.Month, 1).AddMonths(-11);

    private static string Numbers(long from, long to) => Text($"with recursive n(i) as (select cast({from} as bigint) union all select i + 1 from n where i < {to}) ");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static Task<int> AddAsync(IDatabase database, string sql) => database.WriteAsync((connection, _) => connection.ExecuteAsync(sql, commandTimeout: 0), default);
}
