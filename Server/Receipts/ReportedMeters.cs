using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.WalkUp;

namespace CopyTrack.Server.Receipts;

/// <summary>A counter that a device told, and what it counts.</summary>
internal readonly record struct ReportedCounter(CounterKey Key, long Value);

/// <summary>
/// Meters that a device tells itself. They are the ledger's only where nothing else is: a device that is read by SNMP has its meters from there, and two sources
/// for one counter would end an epoch with each turn.
/// </summary>
internal sealed class ReportedMeters(IDeviceJournal journal, DecisionContexts contexts, LiveDevices live, IReceiptBooking booking)
{
    /// <summary>Name of the profile of counters that a device told.</summary>
    public const string Profile = "reported";

    /// <summary>True when the ledger of the device lives on what it tells.</summary>
    public static bool IsUsed(DeviceState? state) => state?.Fingerprint?.StartsWith(Profile + "/", StringComparison.Ordinal) == true;

    /// <summary>Null when the counters were taken, else why not.</summary>
    public async Task<string?> TakeAsync(long deviceId, IReadOnlyList<ReportedCounter> counters, string? serial, bool? idle, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        if (counters.DistinctBy(c => c.Key).Count() != counters.Count)
        {
            return "a counter was told twice";
        }

        var ordered = counters.OrderBy(c => (c.Key.Function, c.Key.Unit, c.Key.Color, c.Key.Size)).ToList();
        var set = new BaseCounterSet
        {
            Profile = Profile, ProfileVersion = 1,
            Counters = [.. ordered.Select((c, i) => new BaseCounter { Index = i, Key = c.Key, Role = RoleOf(c.Key), Oids = ["reported"] })],
        };
        if (!set.Counters.Any(c => c.Role is CounterRole.Part or CounterRole.Total))
        {
            return "there is no counter of pages or scans";
        }

        var (fault, after) = await journal.ApplyAsync(
            deviceId,
            s =>
            {
                if (s.Epoch != 0 && !IsUsed(s))
                {
                    return (new DeviceChange(), ("the meters of this device are read by the server; these were not needed", s));
                }

                var reading = new MeterReading
                {
                    SentAt = receivedAt, At = receivedAt, UpTime = null, Serial = serial, Idle = idle, Set = set, Values = [.. ordered.Select(c => (long?)c.Value)],
                    Trigger = ReadingTrigger.Receipt, Token = s.ClaimToken,
                };
                var (change, outcome) = WalkUpRules.Reading(s, contexts.At(), reading);
                return (change, ((string?)null, outcome.After));
            },
            cancellationToken);
        if (fault is null)
        {
            booking.Wake(deviceId, receivedAt);
            if (live.IsLive(deviceId))
            {
                live.Follow(after);
            }
        }

        return fault;
    }

    /// <summary>Sheets and large paper over all colours look at pages that other counters count; pages and scans of a function are parts, all pages the total.</summary>
    private static CounterRole RoleOf(CounterKey key) =>
        key.Unit == CounterUnit.Sheets || (key is { Size: PageSize.Large, Color: PageColor.Any } && key.Unit != CounterUnit.Scans) ? CounterRole.Facet
        : key is { Function: PageFunction.Total, Color: PageColor.Any } ? CounterRole.Total
        : CounterRole.Part;
}
