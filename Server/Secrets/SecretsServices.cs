using CopyTrack.Server.Data.Repositories;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CopyTrack.Server.Secrets;

/// <summary>Wires the secrets.</summary>
public static class SecretsServices
{
    /// <summary>
    /// Opens (or makes) the folder at once and adds what is in it, cookie protection included.
    /// Throws <see cref="SecretsException"/> with the remedy when it can't be used.
    /// </summary>
    public static IServiceCollection AddSecrets(this IServiceCollection services, SecretsOptions options, TimeProvider? time = null)
    {
        var folder = SecretFolder.Open(options, time ?? TimeProvider.System);
        services.TryAddSingleton(time ?? TimeProvider.System);
        services.AddSingleton(folder);
        services.AddSingleton(folder.Authority);
        services.AddSingleton(folder.ServerCertificate);
        services.AddSingleton(folder.HashKeys);
        services.AddSingleton(folder.Sealer);
        services.AddSingleton(folder.OfflineTokens);
        services.AddSingleton<SecretFingerprintRepository>();
        services.AddDataProtection().SetApplicationName("CopyTrack").PersistKeysToFileSystem(new DirectoryInfo(folder.CookieKeys)).DisableAutomaticKeyGeneration();
        return services;
    }

    /// <summary>
    /// Compares the folder with what the database remembers of it, and lets the database remember what is new. Called once, after the migrations.
    /// Throws <see cref="SecretsException"/> when this node has other secrets than the installation.
    /// </summary>
    public static async Task VerifyAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var folder = services.GetRequiredService<SecretFolder>();
        var own = folder.Fingerprints();
        var known = await services.GetRequiredService<SecretFingerprintRepository>()
            .RememberAsync(own, services.GetRequiredService<TimeProvider>().GetUtcNow(), cancellationToken);
        foreach (var (name, fingerprint) in known)
        {
            if (!own.TryGetValue(name, out var held) || held != fingerprint)
            {
                throw new SecretsException($"{folder.Path} does not belong to this database ({name} {(held is null ? "is missing" : "differs")}): copy the folder from a node that works");
            }
        }
    }
}
