using CopyTrack.Accounting.Ledger;
using CopyTrack.Identity.Lockout;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Polling;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CopyTrack.Server.WalkUp;

/// <summary>Wires the walk-up. Needs Data, Secrets, Polling and Kerberos.</summary>
internal static class WalkUpServices
{
    /// <summary>Adds what answers terminals and looks after sessions.</summary>
    public static IServiceCollection AddWalkUp(
        this IServiceCollection services, SessionOptions sessions, TerminalPolicy terminals, LockoutOptions lockout, SiteSettings site, string node)
    {
        services.AddSingleton(sessions);
        services.AddSingleton(terminals);
        services.AddSingleton(lockout);
        services.AddSingleton(site);
        services.TryAddSingleton<WalkUpRepository>();
        services.TryAddSingleton<ProjectRepository>();
        services.AddSingleton<OfflineTerminals>();
        services.AddSingleton(p => new DecisionContexts(p.GetRequiredService<LedgerClock>(), sessions, site, p.GetRequiredService<OfflineTerminals>(), node, p.GetService<PriceBooks>(), p.GetService<Licence>()));
        services.AddSingleton<IDecisionContexts>(p => p.GetRequiredService<DecisionContexts>());
        services.AddSingleton<TerminalRoster>();
        services.AddSingleton<TerminalSettings>();
        services.AddSingleton<IRemotePanels, RemotePanels>();
        services.AddSingleton<RemotePanelMessages>();
        services.AddSingleton<PanelControl>();
        services.TryAddSingleton<PersonRepository>();
        services.AddSingleton<SessionCredit>();
        services.AddSingleton<LiveDevices>();
        services.AddSingleton<ILiveDevices>(p => p.GetRequiredService<LiveDevices>());
        services.AddSingleton<SessionReplies>();
        services.AddSingleton<LoginSecrets>();
        services.TryAddSingleton<LiveSettings>();
        services.TryAddSingleton<LiveLockout>();
        services.AddSingleton<LoginLockout>();
        services.AddSingleton<OfflineTokens>();
        services.TryAddSingleton<OfflineRepository>();
        services.AddSingleton<OfflinePresence>();
        services.AddSingleton<OfflineUploadFlow>();
        services.AddHostedService<OfflineUpkeep>();
        services.AddSingleton<HelloFlow>();
        services.AddSingleton<LoginPeople>();
        services.AddSingleton<LoginCompletion>();
        services.AddSingleton<LoginFlow>();
        services.AddSingleton<KerberosLoginFlow>();
        services.AddSingleton<PasswordProof>();
        services.AddSingleton<SessionFlow>();
        services.AddSingleton<CardRegisterFlow>();
        services.AddSingleton<WalkUpControl>();
        services.AddSingleton<IWalkUpControl>(p => p.GetRequiredService<WalkUpControl>());
        services.AddSingleton<ITerminalRequests, WalkUpRequests>();
        return services;
    }
}
