using System.Diagnostics;
using System.Globalization;
using CopyTrack.Server.Data;
using CopyTrack.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace CopyTrack.Benchmarks.Storage;

/// <summary>Throughput of storage with client and database on this machine: <c>storage journal|sessions|reconcile|fleet|login|reports|packs [sqlite|postgres] [--quick]</c>.</summary>
internal static class StorageBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        DapperTypes.Register();
        foreach (var dialect in (Dialect[])[Dialect.PostgreSql, Dialect.Sqlite])
        {
            if (args.Length > 1 && !dialect.ToString().StartsWith(args[1], StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            await OnAsync(dialect, args);
        }

        return 0;
    }

    public static void Tell(string what, long count, TimeSpan time) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"  {what,-58} {count,9:N0} in {time.TotalSeconds,7:F2} s = {count / time.TotalSeconds,9:N0}/s"));

    /// <summary>Runs the work of each item with at most <paramref name="width"/> at a time and tells the rate.</summary>
    public static async Task MeasureAsync<T>(string what, IReadOnlyCollection<T> items, int width, Func<T, Task> work)
    {
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = width }, async (item, _) => await work(item));
        Tell($"{what} ({width} at a time)", items.Count, watch.Elapsed);
    }

    private static async Task OnAsync(Dialect dialect, string[] args)
    {
        Console.WriteLine(dialect);
        await using var server = dialect == Dialect.PostgreSql ? await PrivatePostgreSql.StartAsync() : null;
        var directory = Directory.CreateTempSubdirectory("copytrack-bench-").FullName;
        try
        {
            var options = server is null
                ? new DataOptions { Directory = directory }
                : new DataOptions { Provider = "postgres", ConnectionString = await server.CreateDatabaseAsync() };
            await using var database = DataServices.Open(options, NullLogger.Instance);
            await new MigrationRunner(database, TimeProvider.System).RunAsync(default);
            switch (args[0])
            {
                case "journal":
                    await JournalBench.RunAsync(database, options);
                    break;
                case "sessions":
                    await SessionBench.RunAsync(database, options, args.Contains("--quick"));
                    break;
                case "reconcile":
                    await ReconcileBench.RunAsync(database, options, args.Contains("--quick"));
                    break;
                case "fleet":
                    await FleetBench.RunAsync(database, options, args.Contains("--quick"));
                    break;
                case "login":
                    await LoginBench.RunAsync(database);
                    break;
                case "packs":
                    await PackBench.RunAsync(database, args.Contains("--quick"));
                    break;
                case "reports":
                    await ReportBench.RunAsync(database);
                    break;
                default:
                    throw new ArgumentException($"storage {args[0]}: no such measurement", nameof(args));
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
