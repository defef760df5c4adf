using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;
using Dapper;

namespace CopyTrack.Server.Api;

/// <summary>Makes codes with which people register their own cards.</summary>
internal sealed class ActivationCodes(IDatabase database, IHashKeys keys, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    /// <summary>A new code for the person, told this once; codes made before and not used end.</summary>
    public Task<(string Code, DateTimeOffset ExpiresAt)> MakeAsync(long orgId, long personId, string actor, CancellationToken cancellationToken)
    {
        string code = HumanCode.Generate(HumanCode.ActivationLength);
        KeyedHash hash = keys.Current.Hash(HashKinds.ActivationCode, orgId, HumanCode.Normalize(code, HumanCode.ActivationLength)!);
        DateTimeOffset now = time.GetUtcNow();
        return database.WriteAsync(async (connection, ct) =>
        {
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["ActivationCode_End"], new { personId }, cancellationToken: ct));
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["ActivationCode_Add"],
                new { id = ids.Next(), orgId, personId, hash = hash.Hash.ToArray(), now, expiresAt = now + Lifetime }, cancellationToken: ct));
            await audit.AddAsync(connection, orgId, actor, "person.activationCode", $"person:{personId}", null, null, ct);
            return (code, now + Lifetime);
        }, cancellationToken);
    }
}
