using System.Collections.Frozen;
using System.Net;
using System.Text;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Polling;

/// <summary>A device with the way to its meters. <see cref="Fault"/> says why there is none.</summary>
internal sealed record MeteredDevice(long Id, string Name, SnmpTarget? Target, string? Profile, DateTimeOffset UpdatedAt, string? Fault);

/// <summary>The devices of the database in memory; loaded anew when one changes.</summary>
internal sealed class DeviceCatalog(MeteredDevices rows, ISecretSealer sealer)
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

    /// <summary>A device without a community of its own is asked with the customary "public".</summary>
    private byte[] Community(byte[]? sealedText) => Encoding.UTF8.GetBytes(sealedText is null ? "public" : sealer.Open(sealedText));

    private MeteredDevice From(MeteredDeviceRow row)
    {
        var version = row.SnmpVersion switch
        {
            "1" => SnmpVersion.V1,
            "2c" => (SnmpVersion?)SnmpVersion.V2c,
            _ => null,
        };
        var (target, fault) = version is not { } v ? (null, $"SNMP version {row.SnmpVersion} is not read yet; use 2c or 1")
            : !IPAddress.TryParse(row.Address, out var address) ? (null, $"{row.Address} is not an IP address")
            : ((SnmpTarget?)new SnmpTarget(address, (int)row.Port, v, Community(row.CommunitySealed)), (string?)null);
        return new MeteredDevice(row.Id, row.Name, target, row.Profile, row.UpdatedAt, fault);
    }
}
