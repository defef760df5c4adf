using System.Globalization;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Hosting;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Verbs;

/// <summary><c>secrets rotate</c> and <c>secrets retire</c>: the keys under which cards and PINs are hashed.</summary>
internal sealed class SecretVerbs(
    IConfiguration configuration, CardRepository cards, PinRepository pins, SecretFolder folder, SecretFingerprintRepository fingerprints, AuditLog audit, TimeProvider time)
{
    /// <summary>
    /// Makes a new newest key, prints its id, and then a line <c>KEYID cards=N pins=N</c> for each older key that something still needs. What is used is
    /// hashed anew at its next use.
    /// </summary>
    public async Task<int> RotateAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var options = ServerSettings.From(configuration).Secrets;
        var id = SecretFolder.Rotate(options, time);
        await fingerprints.RememberAsync(folder.Fingerprints(), time.GetUtcNow(), cancellationToken);
        await audit.TellAsync(OrganisationRepository.DefaultId, "cli", "secrets.rotate", $"hashKey:{id}", null, cancellationToken);
        await output.WriteLineAsync(id);
        foreach (var (key, (ofCards, ofPins)) in await UsesAsync(cancellationToken))
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{key} cards={ofCards} pins={ofPins}"));
        }

        return 0;
    }

    /// <summary>
    /// Retires an older key: what it hashed matches no more. 1, and nothing changed, while cards or PINs need it and <paramref name="force"/> is not given,
    /// or when it is the newest or unknown.
    /// </summary>
    public async Task<int> RetireAsync(string keyId, bool force, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (!force && (await UsesAsync(cancellationToken)).TryGetValue(keyId, out var uses))
        {
            await error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"hash key {keyId} is needed by {uses.Cards} cards and {uses.Pins} PINs: wait until they were used, or give --force to lock them out"));
            return 1;
        }

        try
        {
            SecretFolder.Retire(ServerSettings.From(configuration).Secrets, keyId, time);
        }
        catch (SecretsException e)
        {
            await error.WriteLineAsync(e.Message);
            return 1;
        }

        await audit.TellAsync(OrganisationRepository.DefaultId, "cli", "secrets.retire", $"hashKey:{keyId}", force ? "forced" : null, cancellationToken);
        await output.WriteLineAsync($"{keyId} retired");
        return 0;
    }

    private async Task<SortedDictionary<string, (long Cards, long Pins)>> UsesAsync(CancellationToken cancellationToken)
    {
        var uses = new SortedDictionary<string, (long Cards, long Pins)>(StringComparer.Ordinal);
        foreach (var use in await cards.CountByKeyAsync(cancellationToken))
        {
            uses[use.KeyId] = (use.Count, 0);
        }

        foreach (var use in await pins.CountByKeyAsync(cancellationToken))
        {
            uses[use.KeyId] = (uses.GetValueOrDefault(use.KeyId).Cards, use.Count);
        }

        return uses;
    }
}
