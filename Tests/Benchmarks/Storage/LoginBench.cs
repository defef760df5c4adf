using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Benchmarks.Storage;

/// <summary>Answers to logins with known cards, from a table of 20,000 people.</summary>
internal static class LoginBench
{
    private const int People = 20_000, Questions = 60_000;

    public static async Task RunAsync(IDatabase database)
    {
        await database.WriteAsync(
            async (connection, _) =>
            {
                await connection.ExecuteAsync(
                    "insert into person (id, org_id, user_name, user_folded, created_at, updated_at) values (@id, 1, @name, @name, 0, 0)",
                    Enumerable.Range(1, People).Select(i => new { id = (long)i, name = $"user{i}" }));
                return await connection.ExecuteAsync(
                    "insert into card (id, org_id, key_id, hash, person_id, added_by, added_at) values (@id, 1, 'k1', @hash, @id, 'bench', 0)",
                    Enumerable.Range(1, People).Select(i => new { id = (long)i, hash = Hash(i).Hash.ToArray() }));
            },
            default);
        var lookup = DataServices.Lookup(database);
        var questions = Enumerable.Range(0, Questions)
            .Select(i => new LoginQuestion(1, $"t{i % 1000}", i % 1000, $"a{i}", [Hash((i % People) + 1)], [])).ToList();
        foreach (var width in (int[])[64, 256, 1])
        {
            await StorageBench.MeasureAsync(
                "login answer", width == 1 ? questions[..3000] : questions, width, async q =>
                {
                    if ((await lookup.AskAsync(q, default)).Person is null)
                    {
                        throw new InvalidOperationException("a known card was not found");
                    }
                });
        }

        await ((IAsyncDisposable)lookup).DisposeAsync();
    }

    private static KeyedHash Hash(int card) => new("k1", SHA256.HashData(Encoding.UTF8.GetBytes(card.ToString(CultureInfo.InvariantCulture))));
}
