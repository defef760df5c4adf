using CopyTrack.Identity.Pins;
using CopyTrack.Identity.Secrets;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>PINs as keyed hashes.</summary>
public sealed class PinRepository(IDatabase database, PersonRepository people, AuditLog audit, TimeProvider time)
{
    private const int MostTries = 100;

    /// <summary>
    /// Makes a PIN for the person that is long enough and nobody else's, stores its hash and returns it once. Throws
    /// <see cref="InvalidOperationException"/> when no free one was found, which at one in a thousand taken does not happen.
    /// </summary>
    public Task<string> GenerateAsync(long orgId, long personId, KeyRing ring, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            var users = await people.CountAsync(connection, orgId, ct);
            for (var i = 0; i < MostTries; i++)
            {
                var pin = PinGenerator.Next(users);
                var hashes = ring.Candidates(HashKinds.Pin, orgId, pin);
                if ((await people.FindPinsAsync(connection, orgId, hashes, ct)).Count == 0)
                {
                    await connection.ExecuteAsync(new CommandDefinition(
                        database.Sql["Pin_Put"],
                        new PinRow { PersonId = personId, OrgId = orgId, KeyId = hashes[0].KeyId, Hash = hashes[0].Hash.ToArray(), ChangedAt = time.GetUtcNow() },
                        cancellationToken: ct));
                    await audit.AddAsync(connection, orgId, actor, "person.pin", $"person:{personId}", null, null, ct);
                    return pin;
                }
            }

            throw new InvalidOperationException("no free PIN was found");
        },
        cancellationToken);

    /// <summary>Stores a person's PIN, found under an older key, anew under <paramref name="newest"/>; nothing happens when it has changed since.</summary>
    public Task RehashAsync(long personId, KeyedHash found, KeyedHash newest, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, ct) => connection.ExecuteAsync(new CommandDefinition(
            database.Sql["Pin_Rehash"],
            new { personId, oldKeyId = found.KeyId, oldHash = found.Hash.ToArray(), keyId = newest.KeyId, hash = newest.Hash.ToArray() }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>How many PINs each key still holds.</summary>
    public Task<IReadOnlyList<KeyUse>> CountByKeyAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<KeyUse>>(
        async (connection, ct) => (await connection.QueryAsync<KeyUse>(new CommandDefinition(database.Sql["Pin_CountByKey"], cancellationToken: ct))).AsList(),
        cancellationToken);
}
