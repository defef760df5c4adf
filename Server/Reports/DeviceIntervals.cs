using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Ledger;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>What of a device's readings is looked at. With a confidence, cause or text of evidence only those that end an interval with such an entry.</summary>
internal sealed record IntervalFilter(ReportPeriod Period)
{
    public ReadingStatus? Status { get; init; }

    /// <summary>Only readings behind which something was booked, and those that were rejected.</summary>
    public bool OnlyMoved { get; init; }
    public Confidence? Confidence { get; init; }
    public Cause? Cause { get; init; }

    /// <summary>A part of the evidence's text.</summary>
    public string? Evidence { get; init; }
}

/// <summary>A reading with the entries of the interval that ends there (none while nothing moved, or when it is no border), and the counters that its values mean.</summary>
internal sealed record IntervalLine(ReadingRecord Reading, EpochRecord? Epoch, IReadOnlyList<EntryLine> Entries)
{
    /// <summary>The name of a counter of this interval for people; its number when the epoch is not known.</summary>
    public string CounterName(int counter) => Epoch is null || counter < 0 || counter >= Epoch.Set.Counters.Length ? FormattableString.Invariant($"#{counter}")
        : CounterText.Of(Epoch.Set.Counters[counter].Key);
}

/// <summary>Follows the pages of one device: every reading, newest first, with the interval that it ends.</summary>
internal sealed class DeviceIntervals(IDatabase database)
{
    /// <summary>Most readings of a page.</summary>
    public const int Most = 200;

    // An interval rarely has more than a handful of entries.
    private const int MostEntries = 5000, LongestEvidence = 100;

    /// <summary>At most <paramref name="limit"/> readings before a position (null: the newest), and the position of the last one when there are more.</summary>
    public Task<(IReadOnlyList<IntervalLine> Lines, (DateTimeOffset At, long Seq)? Next)> PageAsync(
        long deviceId, IntervalFilter filter, (DateTimeOffset At, long Seq)? before, int limit, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
    {
        int count = Math.Clamp(limit, 1, Most);
        List<ReadingRecord> readings = [.. (await connection.QueryAsync<ReadingRow>(new CommandDefinition(database.Sql["Interval_Page"], new
        {
            deviceId, from = filter.Period.From, to = filter.Period.To, at = before?.At ?? filter.Period.To, seq = before?.Seq ?? long.MaxValue, status = (long?)filter.Status,
            confidence = (long?)filter.Confidence, cause = (long?)filter.Cause, evidence = Pattern(filter.Evidence), moved = filter.OnlyMoved ? 1L : 0L, rejected = (long)ReadingStatus.Rejected, limit = count + 1,
        }, cancellationToken: ct))).Select(r => r.ToRecord())];
        bool more = readings.Count > count;
        if (more)
        {
            readings.RemoveAt(count);
        }

        if (readings.Count == 0)
        {
            return ((IReadOnlyList<IntervalLine>)[], ((DateTimeOffset, long)?)null);
        }

        EpochRecord[] epochs = await new EpochSets(database, connection).OfAsync(deviceId, ct);
        ILookup<(DateTimeOffset, long), EntryLine> entries = (await connection.QueryAsync<EntryLine>(new CommandDefinition(
            database.Sql["Interval_Entries"], new { deviceId, first = readings[^1].At, last = readings[0].At, limit = MostEntries }, cancellationToken: ct))).ToLookup(e => (e.At, e.IntervalSeq));
        return ([.. readings.Select(r => new IntervalLine(r, Array.Find(epochs, e => e.Epoch == r.Epoch), [.. entries[(r.At, r.Seq)]]))], more ? (readings[^1].At, readings[^1].Seq) : null);
    }, cancellationToken);

    private static string? Pattern(string? part)
    {
        string text = part?.Trim() ?? "";
        text = text.Length > LongestEvidence ? text[..LongestEvidence] : text;
        return text.Length == 0 ? null : $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
    }
}
