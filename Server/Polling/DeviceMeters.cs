using System.Collections.Concurrent;
using System.Net;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;

namespace CopyTrack.Server.Polling;

/// <summary>Reads devices of the catalog by SNMP; binds each to its profile at first, and anew when its settings or the device changed.</summary>
internal sealed class DeviceMeters(DeviceCatalog catalog, DeviceAddresses addresses, IMeterReader reader) : IDeviceMeters
{
    private readonly ConcurrentDictionary<long, Binding> bindings = new();

    /// <inheritdoc/>
    public async Task<MeterRead> ReadAsync(long deviceId, ReadingTrigger trigger, long token, CancellationToken cancellationToken)
    {
        if (catalog.Find(deviceId) is null)
        {
            // Added a moment ago, and its message is still on its way here.
            await catalog.LoadAsync(cancellationToken);
        }

        if (catalog.Find(deviceId) is not { } device)
        {
            return new MeterRead.Failed("the device is not metered");
        }

        var (found, fault) = await addresses.OfAsync(device, cancellationToken);
        if (found is not { } target)
        {
            return new MeterRead.Failed(fault!);
        }

        // At another address another device may answer to the name.
        if (!bindings.TryGetValue(deviceId, out var binding) || binding.For != device || !binding.At.Equals(target.Address))
        {
            switch (await reader.BindAsync(target, device.Profile, cancellationToken))
            {
                case BindOutcome.Bound bound:
                    binding = new Binding(device, target.Address, bound.Profile);
                    bindings[deviceId] = binding;
                    break;
                case BindOutcome.NotAPrinter:
                    return new MeterRead.Failed("the device answers but is no printer");
                case BindOutcome.Unreachable u:
                    addresses.Silent(device, target.Address);
                    return new MeterRead.Failed(u.Reason);
                case BindOutcome.Refused r:
                    return new MeterRead.Failed(r.Reason);
                default:
                    throw new InvalidOperationException("a bind outcome without a case");
            }
        }

        switch (await reader.ReadAsync(target, binding.Profile, trigger, token, cancellationToken))
        {
            case ReadOutcome.Read read:
                return new MeterRead.Taken(read.Reading);
            case ReadOutcome.Unreachable u:
                addresses.Silent(device, target.Address);
                return new MeterRead.Failed(u.Reason);
            case ReadOutcome.Refused r:
                bindings.TryRemove(deviceId, out _);
                return new MeterRead.Failed(r.Reason);
            default:
                throw new InvalidOperationException("a read outcome without a case");
        }
    }

    private sealed record Binding(MeteredDevice For, IPAddress At, BoundProfile Profile);
}
