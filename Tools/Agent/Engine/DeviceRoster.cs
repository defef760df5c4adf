using System.Net;
using CopyTrack.Accounting.Discovery;
using CopyTrack.Accounting.Inventory;

namespace CopyTrack.Agent;

/// <summary>A device that the agent reads. <see cref="Way"/> is the number of the access that it answers to.</summary>
internal sealed record KnownDevice(string Key, string Address, int Way, string? Serial);

/// <summary>The devices that were found, kept in a file, so that a restart goes on where it was.</summary>
internal sealed class DeviceRoster
{
    private const string FileName = "devices.json";

    private readonly StateFolder _folder;
    private readonly Lock _gate = new();
    private Dictionary<string, KnownDevice> _devices;

    public DeviceRoster(StateFolder folder)
    {
        _folder = folder;
        _devices = (folder.Read(FileName, SettingsJson.Default.ListKnownDevice) ?? []).Where(d => IPAddress.TryParse(d.Address, out _)).DistinctBy(d => d.Key).ToDictionary(d => d.Key);
    }

    /// <summary>All devices, in an order that stays.</summary>
    public IReadOnlyList<KnownDevice> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _devices.Values.OrderBy(d => d.Key, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Takes what answered at an address: a new device, or a known one at another address. What stood there before under another name is gone from there.</summary>
    public KnownDevice Found(AgentIdentity identity, IPAddress address, int way, ProbeReport report)
    {
        var device = new KnownDevice(identity.DeviceKey(report.Identity.Serial, report.Identity.MacAddress, address.ToString()), address.ToString(), way, report.Identity.Serial);
        lock (_gate)
        {
            var next = _devices.Where(d => d.Value.Address != device.Address).ToDictionary();
            next[device.Key] = device;
            if (_devices.GetValueOrDefault(device.Key) != device || next.Count != _devices.Count)
            {
                _devices = next;
                _folder.Write(FileName, [.. _devices.Values], SettingsJson.Default.ListKnownDevice);
            }
        }

        return device;
    }

    /// <summary>True for what pages can be counted at.</summary>
    public static bool IsMetered(DiscoveredDevice found) => found.Classification.IsMetered;
}
