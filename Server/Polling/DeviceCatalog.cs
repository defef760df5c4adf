using System.Collections.Frozen;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Polling;

/// <summary>
/// A device with the way to its meters. <see cref="Fault"/> says why there is none. With a <see cref="HostName"/> the target's address is not known yet (<see cref="DeviceAddresses"/>).
/// </summary>
internal sealed record MeteredDevice(long Id, string Name, SnmpTarget? Target, string? HostName, string? Profile, DateTimeOffset UpdatedAt, string? Fault);

/// <summary>The devices of the database in memory; loaded anew when one changes.</summary>
internal sealed class DeviceCatalog(MeteredDevices rows, SnmpTargets targets)
{
    private FrozenDictionary<long, MeteredDevice> devices = FrozenDictionary<long, MeteredDevice>.Empty;

    /// <summary>The device, or null when it is not metered (any more).</summary>
    public MeteredDevice? Find(long id) => devices.GetValueOrDefault(id);

    /// <summary>All devices.</summary>
    public IReadOnlyCollection<MeteredDevice> All => devices.Values;

    /// <summary>Loads them from the database.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var known = devices;
        var list = await rows.ListAsync(cancellationToken);
        devices = list
            .Select(row => known.GetValueOrDefault(row.Id) is { } old && old.UpdatedAt == row.UpdatedAt ? old : From(row))
            .ToFrozenDictionary(d => d.Id);
    }

    private MeteredDevice From(MeteredDeviceRow row)
    {
        var (target, fault) = targets.Of(row);
        return new MeteredDevice(row.Id, row.Name, target, target is null ? null : SnmpTargets.HostNameOf(row), row.Profile, row.UpdatedAt, fault);
    }
}
