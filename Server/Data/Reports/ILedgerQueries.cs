using CopyTrack.Accounting.Ledger;

namespace CopyTrack.Server.Data.Reports;

/// <summary>A ledger entry with the names that it points to; a name is null when the id is, or when what it named was erased.</summary>
public sealed record LedgerRow(EntryRecord Entry, string? Device, string? Person, string? Project);

/// <summary>Which entries: times from <see cref="From"/> to before <see cref="To"/>, narrowed by what is not null.</summary>
public sealed record LedgerFilter(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>The organisation; 1 is the default one.</summary>
    public long OrgId { get; init; } = 1;

    /// <summary>Only of this device.</summary>
    public long? DeviceId { get; init; }

    /// <summary>Only of this person.</summary>
    public long? PersonId { get; init; }

    /// <summary>At most so many.</summary>
    public long Limit { get; init; } = long.MaxValue;
}

/// <summary>
/// Readings, epochs and entries as they were posted. Streams hold a connection until they end and see the database of one moment; they throw
/// <see cref="StorageUnavailableException"/>.
/// </summary>
public interface ILedgerQueries
{
    /// <summary>Entries by time, device and number.</summary>
    IAsyncEnumerable<LedgerRow> EntriesAsync(LedgerFilter filter, CancellationToken cancellationToken);

    /// <summary>Readings of a device, whatever their status, by time and number.</summary>
    IAsyncEnumerable<ReadingRecord> ReadingsAsync(long deviceId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>Epochs of a device, or with null of all, by device and number.</summary>
    Task<IReadOnlyList<EpochRecord>> EpochsAsync(long? deviceId, CancellationToken cancellationToken);
}
