using CopyTrack.Identity.Kerberos.Transport;
using CopyTrack.Identity.Login;

namespace CopyTrack.Server.Kerberos;

/// <summary>Wires Kerberos.</summary>
internal static class KerberosServices
{
    /// <summary>Adds <see cref="KerberosSignIn"/>; the site's files were read by the caller.</summary>
    public static IServiceCollection AddKerberos(
        this IServiceCollection services, KerberosOptions? options, KerberosSite site, IReadOnlyCollection<LoginMethod> wanted)
    {
        var set = options ?? new KerberosOptions { Realm = "" };
        services.AddSingleton(site);
        services.AddSingleton<IKdcLocator>(p => new KdcList(set.Kdcs, new DnsKdcLocator(set.Timeout / 2, p.GetRequiredService<TimeProvider>())));
        services.AddSingleton<IKdcChannel>(p => new KdcChannel(p.GetRequiredService<IKdcLocator>(), set.Timeout, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<KerberosClient>();
        services.AddSingleton<KerberosSignIn>();
        services.AddSingleton<NegotiateSignIn>();
        return services.AddHostedService(p => new KerberosNotice(site, wanted, options is not null, p.GetRequiredService<ILogger<KerberosSignIn>>()));
    }

    /// <summary>Says once, at the start, which methods are on, and why others are off that the settings ask for.</summary>
    private sealed class KerberosNotice(KerberosSite site, IReadOnlyCollection<LoginMethod> wanted, bool configured, ILogger logger) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (site.PasswordOff is { } password && (configured || wanted.Contains(LoginMethod.Password)))
            {
                logger.MethodOff("password", password);
            }

            if (site.SmartCardOff is { } card && wanted.Contains(LoginMethod.SmartCard))
            {
                logger.MethodOff("smartcard", card);
            }

            if (site.PasswordOff is null)
            {
                var rules = site.Rules();
                logger.KerberosOn(rules.Realm, rules.Service.ToString(), site.SmartCardOff is null ? "password, smartcard" : "password");
            }

            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
