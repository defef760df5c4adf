using System.Collections.Immutable;

namespace CopyTrack.Accounting.Audit;

/// <summary>Verdict over a ledger (docs/interfaces.md §3): <see cref="Ok"/> exactly when no device has a violation.</summary>
public sealed record AuditReport(bool Ok, ImmutableArray<DeviceVerdict> Devices)
{
    /// <summary>The report over the verdicts of its devices.</summary>
    public static AuditReport Of(IEnumerable<DeviceVerdict> devices)
    {
        ImmutableArray<DeviceVerdict> all = [.. devices];
        return new AuditReport(all.All(d => d.Violations.IsEmpty), all);
    }
}

/// <summary>Verdict over one device: its epochs in order, and one sentence for each thing that is wrong.</summary>
public sealed record DeviceVerdict(string Device, ImmutableArray<EpochVerdict> Epochs, ImmutableArray<string> Violations);

/// <summary>
/// Balance of one epoch. The figures are sums over its page counters (the disjoint parts that count paper; the total where there are none):
/// values at the first and last border, what the meters moved by (wraps unrolled), what the entries sum to, and metered minus ledger.
/// All are null where the device never gave a value. <see cref="From"/> and <see cref="To"/> are the times of those borders.
/// </summary>
public sealed record EpochVerdict(
    int Epoch, DateTimeOffset? From, DateTimeOffset? To, long? First, long? Last, long? Metered, long? Ledger, long? Difference,
    ImmutableArray<CounterVerdict> Counters);

/// <summary>Balance of one base counter in one epoch, in the counter's own unit.</summary>
public sealed record CounterVerdict(string Counter, string Unit, long? First, long? Last, long Metered, long Ledger, long Difference);

/// <summary>What a run over one device came to: the verdict, and the position from which the next run may go on (null unless all was good).</summary>
public sealed record AuditOutcome(DeviceVerdict Verdict, AuditPosition? Position);
