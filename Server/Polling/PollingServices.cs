using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CopyTrack.Server.Polling;

/// <summary>Wires the reading of devices. Needs Data, Secrets and the walk-up's <see cref="ILiveDevices"/> and <see cref="IDecisionContexts"/>.</summary>
internal static class PollingServices
{
    /// <summary>Adds the SNMP manager, the catalog of devices and the idle poller.</summary>
    public static IServiceCollection AddPolling(this IServiceCollection services, PollingOptions options, ProfileLibrary profiles)
    {
        services.AddSingleton(options);
        services.AddSingleton(new SnmpClientOptions());
        services.AddSingleton<ISnmpClient>(p => new UdpSnmpClient(p.GetRequiredService<LedgerClock>(), p.GetRequiredService<SnmpClientOptions>()));
        services.AddSingleton(profiles);
        services.AddSingleton<IMeterReader, MeterReader>();
        services.TryAddSingleton<MeteredDevices>();
        services.AddSingleton<SnmpTargets>();
        services.AddSingleton<DeviceCatalog>();
        services.AddSingleton(p => new KyoceraMeterSource(p.GetRequiredService<LedgerClock>()));
        services.AddSingleton(p => new HostNames(System.Net.Dns.GetHostAddressesAsync, options, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DeviceAddresses>();
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<ReadRequests>(p, p.GetRequiredService<LedgerClock>()));
        services.AddSingleton<IDeviceReads, DeviceReads>();
        services.AddSingleton<DeviceLooks>();
        services.AddSingleton<IDeviceMeters, DeviceMeters>();
        services.AddSingleton<InventoryReader>();
        services.AddHostedService<IdlePoller>();
        services.AddSingleton<Discoveries>();
        services.AddHostedService(p => p.GetRequiredService<Discoveries>());
        return services;
    }
}
