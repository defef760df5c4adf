using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>Fingerprints of the secrets folder that belongs to this database.</summary>
public sealed class SecretFingerprintRepository(IDatabase database)
{
    /// <summary>
    /// Remembers the given fingerprints (name to hex) where the database has none of that name yet; returns all it has. Nothing is kept when one of the
    /// given contradicts what is there.
    /// </summary>
    public Task<IReadOnlyDictionary<string, string>> RememberAsync(IReadOnlyDictionary<string, string> fingerprints, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyDictionary<string, string>>(
            async (connection, ct) =>
            {
                var known = await ReadAsync(connection, ct);
                if (known.Any(k => !fingerprints.TryGetValue(k.Key, out var held) || held != k.Value))
                {
                    return known;
                }
                foreach (var (name, fingerprint) in fingerprints)
                {
                    await connection.ExecuteAsync(new CommandDefinition(database.Sql["SecretFingerprint_Add"], new { name, fingerprint, now }, cancellationToken: ct));
                }
                return await ReadAsync(connection, ct);
            },
            cancellationToken);

    private async Task<Dictionary<string, string>> ReadAsync(System.Data.Common.DbConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Name, string Fingerprint)>(
            new CommandDefinition(database.Sql["SecretFingerprint_List"], cancellationToken: cancellationToken));
        return rows.ToDictionary(r => r.Name, r => r.Fingerprint, StringComparer.Ordinal);
    }
}
