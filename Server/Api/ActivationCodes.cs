using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Api;

/// <summary>Makes codes with which people register their own cards.</summary>
internal sealed class ActivationCodes(CardRepository cards, IHashKeys keys, TimeProvider time)
{
    /// <summary>A new code for the person, told this once; codes made before and not used end.</summary>
    public async Task<(string Code, DateTimeOffset ExpiresAt)> MakeAsync(long orgId, long personId, string actor, CancellationToken cancellationToken)
    {
        string code = HumanCode.Generate(HumanCode.ActivationLength);
        KeyedHash hash = keys.Current.Hash(HashKinds.ActivationCode, orgId, HumanCode.Normalize(code, HumanCode.ActivationLength)!);
        DateTimeOffset expiresAt = time.GetUtcNow() + CardRepository.CodeLifetime;
        await cards.AddCodeAsync(orgId, personId, hash, actor, cancellationToken);
        return (code, expiresAt);
    }
}
