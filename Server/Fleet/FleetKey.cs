using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Server.Data;
using CopyTrack.Server.Secrets;
using Dapper;

namespace CopyTrack.Server.Fleet;

/// <summary>The key that signs acknowledgements and wishes: one for the installation, made at its first use, kept in the database sealed by a key of the secrets folder.</summary>
internal sealed class FleetKey(IDatabase database, ISecretSealer sealer, TimeProvider time) : IDisposable
{
    private const string Name = "Fleet:Key";

    private readonly SemaphoreSlim once = new(1, 1);
    private ECDsa? _key;

    /// <summary>The key. Throws <see cref="CryptographicException"/> when the secrets folder is not the one that sealed it.</summary>
    public async Task<ECDsa> GetAsync(CancellationToken cancellationToken)
    {
        if (_key is { } known)
        {
            return known;
        }

        await once.WaitAsync(cancellationToken);
        try
        {
            return _key ??= await LoadAsync(cancellationToken);
        }
        finally
        {
            once.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key?.Dispose();
        once.Dispose();
    }

    private async Task<ECDsa> LoadAsync(CancellationToken cancellationToken)
    {
        using var fresh = FleetKeys.Create();
        var value = Convert.ToBase64String(sealer.Seal(fresh.ExportPkcs8PrivateKeyPem()));
        // Whichever node is first makes it; all read the same afterwards.
        var kept = await database.WriteAsync(
            async (c, ct) =>
            {
                await c.ExecuteAsync(new CommandDefinition(database.Sql["Setting_PutOnce"], new { name = Name, value, now = time.GetUtcNow() }, cancellationToken: ct));
                return await c.ExecuteScalarAsync<string>(new CommandDefinition(database.Sql["Setting_Get"], new { name = Name }, cancellationToken: ct));
            },
            cancellationToken);
        var key = ECDsa.Create();
        key.ImportFromPem(sealer.Open(Convert.FromBase64String(kept!)));
        return key;
    }
}
