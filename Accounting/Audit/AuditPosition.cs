using System.Collections.Immutable;

namespace CopyTrack.Accounting.Audit;

/// <summary>
/// Where a run that found nothing wrong ended: enough to go on with the readings and entries that came later as if it had started at the
/// first. Kept by the caller under a seal (<see cref="AuditSeal"/>), because whoever can change it can hide damage.
/// </summary>
public sealed record AuditPosition
{
    /// <summary>The device.</summary>
    public required long DeviceId { get; init; }

    /// <summary>Highest Seq of the readings seen, whatever their status; 0 when there were none.</summary>
    public required long LastReading { get; init; }

    /// <summary>Highest Seq of the entries seen; 0 when there were none.</summary>
    public required long LastEntry { get; init; }

    /// <summary>The last border, null when there was none.</summary>
    public AuditBorder? Border { get; init; }

    /// <summary>Balances of all epochs so far, in order.</summary>
    public ImmutableArray<AuditBalance> Balances { get; init; } = [];

    /// <summary>Pages that receipts were ahead of the meter and that it has not given back, oldest first.</summary>
    public ImmutableArray<AuditLag> Lags { get; init; } = [];
}

/// <summary>What order among borders is judged by.</summary>
public sealed record AuditBorder(long Seq, int Epoch, DateTimeOffset At, int Boot, long? UpTime);

/// <summary>Balance of one epoch: one element for each base counter in each array.</summary>
public sealed record AuditBalance(
    int Epoch, DateTimeOffset? From, DateTimeOffset? To,
    ImmutableArray<long?> First, ImmutableArray<long?> Last, ImmutableArray<long> Metered, ImmutableArray<long> Ledger);

/// <summary>An amount (not zero) under cause meterLag, taken in the interval whose border was read at <see cref="At"/>.</summary>
public sealed record AuditLag(int Epoch, int Counter, DateTimeOffset At, long Interval, long Amount);
