using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Enrolment;
using CopyTrack.Server.Hosting;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Webhooks;

namespace CopyTrack.Server.Verbs;

/// <summary>What a verb works with: storage brought up to date, secrets, repositories. Works beside a running server on the same data.</summary>
internal static class VerbServices
{
    /// <summary>
    /// Opens everything that the settings name. Throws <see cref="ConfigurationFault"/>, <see cref="SecretsException"/>,
    /// <see cref="DatabaseVersionException"/> or <see cref="StorageUnavailableException"/>.
    /// </summary>
    public static async Task<ServiceProvider> OpenAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var settings = ServerSettings.From(configuration);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(configuration);
        services.AddData(settings.Data);
        services.AddSecrets(settings.Secrets);
        services.AddSingleton(p => new AuditKey(p.GetRequiredService<SecretFolder>().AuditKeyId, p.GetRequiredService<SecretFolder>().AuditKey));
        services.AddEnrolment();
        services.AddImports();
        services.AddDirectories(settings.Directories);
        services.AddCharging(settings.Site.Prices, settings.Licence);
        services.AddReports(settings.Reports);
        services.AddWebhooks(settings.Webhooks);
        var provider = services.BuildServiceProvider();
        try
        {
            await DataServices.MigrateAsync(provider, cancellationToken);
            await SecretsServices.VerifyAsync(provider, cancellationToken);
            return provider;
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }
}
