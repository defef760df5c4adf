using System.Collections.Concurrent;
using System.Net;
using CopyTrack.Accounting.Discovery;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Agent;

/// <summary>
/// Reads one device: its counters by the same code as the server's own polling, and what it is by the same probe. Jobs that a device keeps are never asked for: the class that can read
/// them is not used here.
/// </summary>
internal sealed class DeviceReader(ISnmpClient client, ProfileLibrary library, DeviceRoster roster, AgentIdentity identity, AgentSettings settings, TimeProvider time)
{
    private readonly MeterReader _meters = new(client, library);
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>Reads a device; never throws for what it does. Null when it is silent and the manager knows that already.</summary>
    public async Task<FleetRecord?> ReadAsync(KnownDevice device, bool counters, bool inventory, CancellationToken cancellationToken)
    {
        var known = _known.GetOrAdd(device.Key, _ => new Known());
        var target = Target(device);
        var record = new FleetRecord { Key = device.Key, Address = settings.HideAddresses ? null : device.Address };
        string? silence = null;
        if (counters)
        {
            (record, silence) = await CountersAsync(record, device, known, target, cancellationToken);
        }

        if (inventory && silence is null)
        {
            var now = time.GetUtcNow();
            switch (await new DeviceProbe(client, library).RunAsync(target, null, now, cancellationToken))
            {
                case ProbeOutcome.Seen { Report: { Error: null } report }:
                    if (identity.DeviceKey(report.Identity.Serial, report.Identity.MacAddress, device.Address) != device.Key)
                    {
                        // Another device stands at the address now; its own name is read by the next round.
                        roster.Found(identity, target.Address, device.Way, report);
                        return null;
                    }

                    record = record with { Inventory = Shown(report), InventoryAt = now };
                    break;
                case ProbeOutcome.Seen:
                    silence = "the device answers but is no printer";
                    break;
                case ProbeOutcome.Unreachable unreachable:
                    silence = unreachable.Reason;
                    break;
                default:
                    throw new InvalidOperationException("an outcome that is none");
            }
        }

        if (silence is null)
        {
            known.SilentSince = null;
            return record;
        }

        var told = known.SilentSince is not null;
        known.SilentSince ??= time.GetUtcNow();
        return told && !inventory ? null : record with { Reading = null, Silent = silence, SilentSince = known.SilentSince };
    }

    /// <summary>Looks for devices in the ranges of the settings; gives how many that count pages answered.</summary>
    public async Task<int> DiscoverAsync(CancellationToken cancellationToken)
    {
        _ = AddressRanges.TryParse(settings.Ranges, out var ranges, out _);
        var sweep = new DiscoverySweep(client, library, time, new SweepOptions { PerSecond = settings.DiscoverPerSecond });
        var found = 0;
        await foreach (var device in sweep.RunAsync(ranges, settings.Ways, cancellationToken))
        {
            if (DeviceRoster.IsMetered(device))
            {
                found++;
                roster.Found(identity, device.Address, device.Way, device.Report);
            }
        }

        return found;
    }

    private async Task<(FleetRecord Record, string? Silence)> CountersAsync(FleetRecord record, KnownDevice device, Known known, SnmpTarget target, CancellationToken cancellationToken)
    {
        if (known.Profile is null || known.Address != device.Address)
        {
            switch (await _meters.BindAsync(target, null, cancellationToken))
            {
                case BindOutcome.Bound bound:
                    (known.Profile, known.Address) = (bound.Profile, device.Address);
                    break;
                case BindOutcome.NotAPrinter:
                    return (record, "the device answers but is no printer");
                case BindOutcome.Unreachable u:
                    return (record, u.Reason);
                case BindOutcome.Refused r:
                    return (record, r.Reason);
                default:
                    throw new InvalidOperationException("a bind outcome without a case");
            }
        }

        switch (await _meters.ReadAsync(target, known.Profile, ReadingTrigger.Idle, 0, cancellationToken))
        {
            case ReadOutcome.Read { Reading: var reading }:
                if (reading.Serial is { Length: > 0 } serial && device.Serial is not null && serial != device.Serial)
                {
                    // Another device at the address: its pages are not this one's. It is found by the next look.
                    known.Profile = null;
                    return (record, "another device answers at its address");
                }

                return (record with { Reading = reading }, null);
            case ReadOutcome.Unreachable u:
                return (record, u.Reason);
            case ReadOutcome.Refused r:
                known.Profile = null;
                return (record, r.Reason);
            default:
                throw new InvalidOperationException("a read outcome without a case");
        }
    }

    private ProbeReport Shown(ProbeReport report) =>
        settings.HideAddresses ? report with { Identity = report.Identity with { HostName = null, MacAddress = null } } : report;

    private SnmpTarget Target(KnownDevice device)
    {
        var ways = settings.Ways(IPAddress.Parse(device.Address));
        return ways[Math.Min(device.Way, ways.Count - 1)];
    }

    private sealed class Known
    {
        public BoundProfile? Profile { get; set; }

        public string? Address { get; set; }

        public DateTimeOffset? SilentSince { get; set; }
    }
}
