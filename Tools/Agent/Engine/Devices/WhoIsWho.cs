using System.Net;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Agent.Devices;

/// <summary>
/// Tells whether what answers at an address is a device that is known, one that has moved, or one that only tells the same serial number as another. A serial number is a device's own word: the device that
/// has it first keeps its name, and one that comes with the same number while the first still answers gets a name of its own.
/// </summary>
internal sealed class WhoIsWho(DeviceRoster roster, AgentIdentity identity, Func<KnownDevice, SnmpTarget> target, Func<SnmpTarget, CancellationToken, Task<ProbeOutcome>> probe, IAgentObserver observer) : IDisposable
{
    private const int MostTold = 1000;

    // Devices are read side by side, and two of them may claim one number at one moment.
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>True when what a device says of itself is that of the one that is known. Its serial number decides, and where it has none its MAC address: one with several may tell another one each time.</summary>
    public static bool IsSame(KnownDevice known, ProbeReport report) =>
        SerialNumbers.Proof(report.Identity.Serial) is var serial && serial == known.Serial && (serial is not null || known.Mac is null || report.Identity.MacAddress is null || known.Mac == report.Identity.MacAddress);

    /// <summary>Takes what answered at an address into the list of devices.</summary>
    public async Task FoundAsync(IPAddress address, int way, ProbeReport report, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (await PlaceAsync(address.ToString(), way, report, cancellationToken) is { } displaced)
            {
                // It answered where the other one was looked for: two devices have changed places.
                _ = await PlaceAsync(displaced.Device.Address, displaced.Device.Way, displaced.Report, cancellationToken);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    /// <summary>Gives what else was met on the way, at an address that is nobody's now.</summary>
    private async Task<(KnownDevice Device, ProbeReport Report)?> PlaceAsync(string address, int way, ProbeReport report, CancellationToken cancellationToken)
    {
        var (serial, mac) = (SerialNumbers.Proof(report.Identity.Serial), report.Identity.MacAddress);
        if (roster.At(address) is { } here && IsSame(here, report))
        {
            Put(here with { Way = way, Mac = here.Mac ?? mac });
            return null;
        }

        var found = new KnownDevice(identity.DeviceKey(serial, mac, address), address, way, serial, mac);
        if (roster.Find(found.Key) is not { } first || first.Address == address)
        {
            Put(found);
            return null;
        }

        var there = await probe(target(first), cancellationToken) is ProbeOutcome.Seen { Report: { Error: null } seen } ? seen : null;
        var isThere = there is not null && IsSame(first, there);
        var sameMac = first.Mac is not null && mac is not null && first.Mac == mac;
        var otherMac = first.Mac is not null && mac is not null && first.Mac != mac;
        if (isThere && (serial is null || sameMac))
        {
            Tell(found.Key + address, $"what answers at {address} calls itself the device at {first.Address}, which is there still: it is read there alone");
            return null;
        }

        if (isThere || otherMac)
        {
            Tell(serial + address, $"the devices at {first.Address} and {address} tell the same serial number {serial}: both are read, and only the first is known by that number; set the number of one of them right");
            Put(found with { Key = identity.TwinKey(serial!, mac, address) });
            return null;
        }

        Put(found);
        return there is not null ? (first, there) : null;
    }

    private void Put(KnownDevice device)
    {
        if (!roster.Put(device))
        {
            Tell("full", $"{DeviceRoster.Most} devices are known, and there is room for no more: {device.Address} is not read; run a second agent for a part of the ranges");
        }
    }

    private void Tell(string about, string line)
    {
        if (_told.Count < MostTold && _told.Add(about))
        {
            observer.Told(line);
        }
    }
}
