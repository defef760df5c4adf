using System.Net;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Server.Polling;

/// <summary>The way to a device as it is now: its settings, with the address that its name has at this moment.</summary>
internal sealed class DeviceAddresses(HostNames names)
{
    /// <summary>The target, or why there is none, in words for an administrator.</summary>
    public async ValueTask<(SnmpTarget? Target, string? Fault)> OfAsync(MeteredDevice device, CancellationToken cancellationToken)
    {
        if (device.Target is not { } target || device.HostName is not { } name)
        {
            return (device.Target, device.Fault);
        }

        var (address, fault) = await names.FindAsync(name, cancellationToken);
        return address is null ? (null, fault) : (target with { Address = address }, null);
    }

    /// <summary>The device did not answer there; its name, if it has one, is looked up anew.</summary>
    public void Silent(MeteredDevice device, IPAddress address)
    {
        if (device.HostName is { } name)
        {
            names.Doubt(name, address);
        }
    }
}
