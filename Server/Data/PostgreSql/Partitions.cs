using System.Data.Common;
using System.Globalization;
using Dapper;

namespace CopyTrack.Server.Data.PostgreSql;

/// <summary>The monthly partitions of readings and entries.</summary>
internal static class Partitions
{
    private static readonly string[] s_tables = ["reading", "entry"];

    /// <summary>
    /// Makes the partitions of this month and the next <paramref name="ahead"/> where they are missing, moving rows that fell into the default
    /// partition. Safe from several nodes at once. Returns the names of those it made; does nothing on SQLite.
    /// </summary>
    public static Task<IReadOnlyList<string>> EnsureAsync(IDatabase database, DateTimeOffset now, int ahead, CancellationToken cancellationToken) =>
        database.Dialect == Dialect.Sqlite
            ? Task.FromResult<IReadOnlyList<string>>([])
            : database.WriteAsync<IReadOnlyList<string>>(
                async (connection, ct) =>
                {
                    // The lock of the migrations: schema changes happen one at a time.
                    await connection.ExecuteAsync(new CommandDefinition(database.Sql["Migration_Prepare"], cancellationToken: ct));
                    var there = (await connection.QueryAsync<string>(new CommandDefinition(database.Sql["Partition_List"], cancellationToken: ct))).ToHashSet();
                    var made = new List<string>();
                    foreach (var (name, table, from, to) in Wanted(now, ahead).Where(p => !there.Contains(p.Name)))
                    {
                        await MakeAsync(connection, name, table, from, to, ct);
                        made.Add(name);
                    }

                    return made;
                },
                cancellationToken);

    private static IEnumerable<(string Name, string Table, long From, long To)> Wanted(DateTimeOffset now, int ahead)
    {
        var first = new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
        return
            from table in s_tables
            from months in Enumerable.Range(0, ahead + 1)
            let month = first.AddMonths(months)
            select (string.Create(CultureInfo.InvariantCulture, $"{table}_{month:yyyy}_{month:MM}"), table, month.ToMicros(), month.AddMonths(1).ToMicros());
    }

    // Names and numbers are our own; partition bounds can't be parameters.
    private static Task<int> MakeAsync(DbConnection connection, string name, string table, long from, long to, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            string.Create(CultureInfo.InvariantCulture, $"""
                create table {name} (like {table} including defaults including constraints);
                with moved as (delete from {table}_default where at >= {from} and at < {to} returning *) insert into {name} select * from moved;
                alter table {table} attach partition {name} for values from ({from}) to ({to});
                """),
            commandTimeout: 0, cancellationToken: cancellationToken));
}
