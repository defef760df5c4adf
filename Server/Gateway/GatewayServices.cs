using CopyTrack.Server.Data.Repositories;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CopyTrack.Server.Gateway;

/// <summary>Wires the terminals port. Needs Data, Secrets and an <see cref="WalkUp.ITerminalRequests"/>.</summary>
public static class GatewayServices
{
    /// <summary>
    /// Adds the port to Kestrel and everything behind it; throws <see cref="ArgumentException"/> for options that can't be. When the host starts,
    /// terminals are read first, so that no revoked one gets in; when it stops, they are told first.
    /// </summary>
    public static IServiceCollection AddGateway(this IServiceCollection services, GatewayOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options.Validated());
        services.TryAddSingleton<TerminalCertificateRepository>();
        services.AddSingleton<TerminalDirectory>();
        services.AddSingleton<TerminalRegistry>();
        services.AddSingleton<ITerminalRegistry>(provider => provider.GetRequiredService<TerminalRegistry>());
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<TerminalTrust>();
        services.AddSingleton<HandshakeGate>();
        services.AddSingleton<TerminalEndpoint>();
        services.AddSingleton<ITerminalEndpoint>(provider => provider.GetRequiredService<TerminalEndpoint>());
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(provider => provider.GetRequiredService<TerminalEndpoint>());
        services.AddSingleton<GatewayLifetime>();
        services.AddSingleton<ITerminalDirectory, RefreshingDirectory>();
        services.AddHostedService(provider => provider.GetRequiredService<GatewayLifetime>());
        return services;
    }

    /// <summary>The outside's way to refresh: reading anew also ends what is no longer allowed.</summary>
    private sealed class RefreshingDirectory(GatewayLifetime lifetime) : ITerminalDirectory
    {
        public Task RefreshAsync(CancellationToken cancellationToken) => lifetime.RefreshAsync(cancellationToken);
    }
}
