using System.Collections.Concurrent;
using System.Net;
using CopyTrack.Accounting.Discovery;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Agent.Clocks;

namespace CopyTrack.Agent.Devices;

/// <summary>
/// Reads one device: its counters by the same code as the server's own polling, and what it is by the same probe. Jobs that a device keeps are never asked for: the class that can read
/// them is not used here.
/// </summary>
internal sealed class DeviceReader : IDisposable
{
    private readonly ISnmpClient _client;
    private readonly ProfileLibrary _library;
    private readonly DeviceRoster _roster;
    private readonly AgentSettings _settings;
    private readonly SteadyTime _time;
    private readonly MeterReader _meters;
    private readonly WhoIsWho _who;
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    public DeviceReader(ISnmpClient client, ProfileLibrary library, DeviceRoster roster, AgentIdentity identity, AgentSettings settings, IAgentObserver observer, SteadyTime time)
    {
        (_client, _library, _roster, _settings, _time) = (client, library, roster, settings, time);
        _meters = new MeterReader(client, library);
        _who = new WhoIsWho(roster, identity, Target, (target, ct) => new DeviceProbe(client, library).RunAsync(target, null, time.GetUtcNow(), ct), observer);
    }

    /// <summary>Reads a device; never throws for what it does. Null when it is silent and the manager knows that already.</summary>
    public async Task<FleetRecord?> ReadAsync(KnownDevice device, bool counters, bool inventory, CancellationToken cancellationToken)
    {
        var known = _known.GetOrAdd(device.Key, _ => new Known());
        var target = Target(device);
        var record = new FleetRecord { Key = device.Key, Address = device.Address };
        string? silence = null;
        if (counters)
        {
            (record, silence) = await CountersAsync(record, device, known, target, cancellationToken);
        }

        if (inventory && silence is null)
        {
            var now = _time.GetUtcNow();
            switch (await new DeviceProbe(_client, _library).RunAsync(target, null, now, cancellationToken))
            {
                case ProbeOutcome.Seen { Report: { Error: null } report }:
                    if (!WhoIsWho.IsSame(device, report))
                    {
                        // Another device stands at the address now; its own name is read by the next round.
                        await _who.FoundAsync(target.Address, device.Way, report, cancellationToken);
                        return null;
                    }

                    if (device.Mac is null && report.Identity.MacAddress is not null)
                    {
                        await _who.FoundAsync(target.Address, device.Way, report, cancellationToken);
                    }

                    record = record with { Inventory = report, InventoryAt = now };
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
            known.SilentAt = null;
            return record;
        }

        var told = known.SilentAt is not null;
        known.SilentAt ??= _time.Elapsed;
        return told && !inventory ? null : record with { Reading = null, Silent = silence, SilentSince = _time.GetUtcNow() - (_time.Elapsed - known.SilentAt.Value) };
    }

    /// <inheritdoc/>
    public void Dispose() => _who.Dispose();

    /// <summary>Looks for devices in the ranges of the settings; gives how many that count pages answered.</summary>
    public async Task<int> DiscoverAsync(CancellationToken cancellationToken)
    {
        _ = AddressRanges.TryParse(_settings.Ranges, out var ranges, out _);
        var sweep = new DiscoverySweep(_client, _library, _time, new SweepOptions { PerSecond = _settings.DiscoverPerSecond });
        var found = 0;
        await foreach (var device in sweep.RunAsync(ranges, _settings.Ways, cancellationToken))
        {
            if (DeviceRoster.IsMetered(device))
            {
                found++;
                await _who.FoundAsync(device.Address, device.Way, device.Report, cancellationToken);
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
                if (SerialNumbers.Proof(reading.Serial) is { } serial && serial != (device.Serial ?? serial))
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

    private SnmpTarget Target(KnownDevice device)
    {
        var ways = _settings.Ways(IPAddress.Parse(device.Address));
        return ways[Math.Min(device.Way, ways.Count - 1)];
    }

    private sealed class Known
    {
        public BoundProfile? Profile { get; set; }

        public string? Address { get; set; }

        /// <summary>Since when, by the machine's uptime.</summary>
        public TimeSpan? SilentAt { get; set; }
    }
}
