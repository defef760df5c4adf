using System.Net;
using CopyTrack.Accounting.Discovery;

namespace CopyTrack.Agent.Devices;

/// <summary>
/// A device that the agent reads. <see cref="Way"/> is the number of the access that it answers to. <see cref="Serial"/> is null where it tells none that proves anything; <see cref="Mac"/> is not known of
/// devices that older versions found.
/// </summary>
internal sealed record KnownDevice(string Key, string Address, int Way, string? Serial, string? Mac = null);

/// <summary>The devices that were found, kept in a file, so that a restart goes on where it was. Bounded. Safe for use by many threads.</summary>
internal sealed class DeviceRoster
{
    /// <summary>Most devices of one agent: whoever has more runs a second one for other ranges.</summary>
    public const int Most = 10_000;

    private const string FileName = "devices.json";

    private readonly StateFolder _folder;
    private readonly Lock _gate = new();
    private Dictionary<string, KnownDevice> _devices;

    public DeviceRoster(StateFolder folder)
    {
        _folder = folder;
        _devices = (folder.Read(FileName, SettingsJson.Default.ListKnownDevice) ?? []).Where(d => IPAddress.TryParse(d.Address, out _)).DistinctBy(d => d.Key).Take(Most).ToDictionary(d => d.Key, StringComparer.Ordinal);
    }

    /// <summary>Why the disk did not take the list the last time; null when it did. What it did not take is found again after a restart.</summary>
    public string? Fault { get; private set; }

    /// <summary>Devices that found no room since the start.</summary>
    public int Left { get; private set; }

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

    /// <summary>Serial numbers that more than one device tells, with the addresses of these.</summary>
    public IReadOnlyList<(string Serial, IReadOnlyList<string> Addresses)> Shared
    {
        get
        {
            lock (_gate)
            {
                return [.. _devices.Values.Where(d => d.Serial is not null).GroupBy(d => d.Serial!, StringComparer.Ordinal).Where(g => g.Skip(1).Any())
                    .Select(g => (g.Key, (IReadOnlyList<string>)[.. g.Select(d => d.Address).Order(StringComparer.Ordinal)]))];
            }
        }
    }

    /// <summary>The device that was last seen at an address; null for none.</summary>
    public KnownDevice? At(string address)
    {
        lock (_gate)
        {
            return _devices.Values.FirstOrDefault(d => d.Address == address);
        }
    }

    /// <summary>The device of a key; null for none.</summary>
    public KnownDevice? Find(string key)
    {
        lock (_gate)
        {
            return _devices.GetValueOrDefault(key);
        }
    }

    /// <summary>True when another device tells the serial number of this one.</summary>
    public bool IsShared(string key)
    {
        lock (_gate)
        {
            return _devices.TryGetValue(key, out var device) && device.Serial is { } serial && _devices.Values.Any(d => d.Key != key && d.Serial == serial);
        }
    }

    /// <summary>Puts a device where it is. Whatever stood at that address under another key is gone from there. False when there is no room for one more.</summary>
    public bool Put(KnownDevice device)
    {
        lock (_gate)
        {
            var next = _devices.Where(d => d.Value.Address != device.Address || d.Key == device.Key).ToDictionary(StringComparer.Ordinal);
            if (!next.ContainsKey(device.Key) && next.Count >= Most)
            {
                Left++;
                return false;
            }

            next[device.Key] = device;
            if (_devices.GetValueOrDefault(device.Key) != device || next.Count != _devices.Count)
            {
                _devices = next;
                Fault = _folder.TryWrite(FileName, [.. _devices.Values], SettingsJson.Default.ListKnownDevice);
            }

            return true;
        }
    }

    /// <summary>True for what pages can be counted at.</summary>
    public static bool IsMetered(DiscoveredDevice found) => found.Classification.IsMetered;
}
