using System.Diagnostics;
using System.Globalization;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace CopyTrack.Benchmarks.Directories;

/// <summary>
/// The question of a card login among few and among many people, each with a card, a principal and two groups, on PostgreSQL: <c>people [--quick]</c>. What is asked is what a
/// server asks, without network and terminal.
/// </summary>
internal static class PeopleBench
{
    private const int Organisation = 1, Batch = 5000;

    public static async Task<int> RunAsync(string[] args)
    {
        DapperTypes.Register();
        var (few, many, asked) = args.Contains("--quick") ? (200, 2_000, 2_000) : (1_000, 250_000, 40_000);
        await using var server = await PrivatePostgreSql.StartAsync();
        var ring = new KeyRing([KeyRing.Generate("k1", DateTimeOffset.UnixEpoch)], DateTimeOffset.UnixEpoch);
        foreach (var people in new[] { few, many, few, many })
        {
            await using var database = DataServices.Open(new DataOptions { Provider = "postgres", ConnectionString = await server.CreateDatabaseAsync() }, NullLogger.Instance);
            await new MigrationRunner(database, TimeProvider.System).RunAsync(default);
            await FillAsync(database, ring, people);
            var lookup = DataServices.Lookup(database);
            foreach (var kind in new[] { "card", "principal" })
            {
                await AskAsync(lookup, ring, people, kind, 1, asked / 10);
                var (one, _, _) = await AskAsync(lookup, ring, people, kind, 1, asked / 10);
                var (many200, p99, perSecond) = await AskAsync(lookup, ring, people, kind, 200, asked);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"figure question of a login by {kind} among {people} people|{one:F2}|{perSecond:F0}|{many200:F1}|{p99:F1}"));
            }
        }

        return 0;
    }

    private static async Task FillAsync(IDatabase database, KeyRing ring, int people)
    {
        var ids = new IdGenerator(TimeProvider.System);
        var repository = new DirectoryPeople(database, ids);
        var directory = await new DirectoryRepository(database, ids, TimeProvider.System).EnsureAsync(Organisation, "bench", default);
        var now = DateTimeOffset.UtcNow;
        for (var from = 0; from < people; from += Batch)
        {
            var writes = Enumerable.Range(from, Math.Min(Batch, people - from)).Select(i => Person(i, ids, ring, now)).ToList();
            await database.WriteAsync(
                async (c, ct) =>
                {
                    await repository.WriteAsync(c, directory.Id, "bench", now, writes, unknown: true, ct);
                    return true;
                },
                default);
        }

        await database.WriteAsync(
            async (c, ct) =>
            {
                await repository.AnalyzeAsync(c, ct);
                return true;
            },
            default);
    }

    private static PersonWrite Person(int i, IdGenerator ids, KeyRing ring, DateTimeOffset now)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"u{i:D6}");
        var row = new PersonRow { Id = ids.Next(), OrgId = Organisation, UserName = name, UserFolded = name, Principal = Principal(i), CreatedAt = now, UpdatedAt = now };
        var hash = ring.Hash(HashKinds.Card, Organisation, Card(i));
        var uuid = new byte[16];
        BitConverter.TryWriteBytes(uuid, i);
        return new PersonWrite
        {
            Row = row, IsNew = true, Uuid = uuid, DnKey = uuid, Print = uuid, GroupsPrint = uuid, Groups = [$"group{i % 200}", $"group{(i / 7) % 200 + 200}"],
            AddedCards = [new CardRow { Id = ids.Next(), OrgId = Organisation, PersonId = row.Id, KeyId = hash.KeyId, Hash = hash.Hash.ToArray(), AddedBy = "bench", AddedAt = now }], Action = "person.add", Columns = "person",
        };
    }

    private static string Card(int i) => string.Create(CultureInfo.InvariantCulture, $"CARD{i:D8}");

    private static string Principal(int i) => string.Create(CultureInfo.InvariantCulture, $"u{i:D6}@BENCH.TEST");

    /// <summary>Median and p99 in milliseconds of one question, and questions a second, at so many in flight.</summary>
    private static async Task<(double P50, double P99, double PerSecond)> AskAsync(ILoginLookup lookup, KeyRing ring, int people, string kind, int inFlight, int count)
    {
        var times = new double[count];
        var next = -1;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
        {
            for (int n; (n = Interlocked.Increment(ref next)) < count;)
            {
                // Everybody in an order that no cache knows.
                var i = (int)((n * 2_654_435_761L) % people);
                var began = Stopwatch.GetTimestamp();
                var question = new LoginQuestion(Organisation, "t", 0, null, kind == "card" ? ring.Candidates(HashKinds.Card, Organisation, Card(i)) : [], [])
                {
                    Principal = kind == "card" ? null : Principal(i),
                };
                if ((await lookup.AskAsync(question, default)).Person is null)
                {
                    throw new InvalidOperationException($"nobody has {kind} {i}");
                }

                times[n] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }
        })));
        var seconds = watch.Elapsed.TotalSeconds;
        Array.Sort(times);
        return (times[count / 2], times[count * 99 / 100], count / seconds);
    }
}
