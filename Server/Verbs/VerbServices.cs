using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Enrolment;
using CopyTrack.Server.Hosting;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace CopyTrack.Server.Verbs;

/// <summary>What a verb works with: storage brought up to date, secrets, repositories. Works beside a running server on the same data.</summary>
internal static class VerbServices
{
    /// <summary>
    /// As <see cref="OpenAsync"/>, for verbs that only read: throws <see cref="ConfigurationFault"/> where there is no database, because an empty one would answer as if all were good.
    /// </summary>
    public static async Task<ServiceProvider> OpenExistingAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var absence = await DatabasePresence.AbsenceAsync(ServerSettings.From(configuration).Data, NullLogger.Instance, cancellationToken);
        return absence is { } fault ? throw new ConfigurationFault(fault.Key, fault.Reason) : await OpenAsync(configuration, cancellationToken);
    }

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
