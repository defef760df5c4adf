using System.Collections.Immutable;
using CopyTrack.Accounting.Audit;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Tests.Audit;

/// <summary>A ledger written by hand: readings, epochs and entries that a test may then damage.</summary>
public sealed class LedgerOnPaper
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public List<EpochRecord> Epochs { get; } = [];
    public List<ReadingRecord> Readings { get; } = [];
    public List<EntryRecord> Entries { get; } = [];

    /// <summary>Copies mono and colour, scans, and what the total has beyond them; the sheets are a facet.</summary>
    public static BaseCounterSet Set(long modulus = 0, int version = 1) => new()
    {
        Profile = "paper", ProfileVersion = version,
        Counters =
        [
            Counter(0, PageFunction.Copy, PageColor.Mono, CounterUnit.Impressions, CounterRole.Part, modulus, "1.1"),
            Counter(1, PageFunction.Copy, PageColor.Color, CounterUnit.Impressions, CounterRole.Part, modulus, "1.2"),
            Counter(2, PageFunction.Other, PageColor.Any, CounterUnit.Impressions, CounterRole.Part, 0),
            Counter(3, PageFunction.Scan, PageColor.Any, CounterUnit.Scans, CounterRole.Part, modulus, "1.3"),
            Counter(4, PageFunction.Total, PageColor.Any, CounterUnit.Sheets, CounterRole.Facet, modulus, "1.4"),
        ],
    };

    public LedgerOnPaper Epoch(int epoch, BaseCounterSet? set = null)
    {
        Epochs.Add(new EpochRecord(7, epoch, Start, "first", "SN1", set ?? Set()));
        return this;
    }

    public LedgerOnPaper Border(long seq, int minutes, params long?[] values) => Reading(seq, 1, minutes, ReadingStatus.Border, values);

    public LedgerOnPaper Reading(long seq, int epoch, int minutes, ReadingStatus status, params long?[] values)
    {
        DateTimeOffset at = Start.AddMinutes(minutes);
        Readings.Add(new ReadingRecord(7, seq, epoch, status, ReadingTrigger.Watch, at, at, 1, 100_000 + (minutes * 6000L), 1, "SN1", [.. values]));
        return this;
    }

    public LedgerOnPaper Entry(long seq, long interval, int counter, long delta, Cause cause = Cause.None, long? reverses = null, int epoch = 1,
        EntrySource source = EntrySource.Meter)
    {
        bool owned = cause == Cause.None;
        Entries.Add(new EntryRecord(7, seq, epoch, interval, counter, delta, Start, Start, owned ? 500 : null, owned ? 900 : null,
            null, cause, Confidence.Exact, source, null, reverses));
        return this;
    }

    /// <summary>A day with a session, a print from elsewhere, a receipt ahead of the meter, a correction and a kept out-of-order reading.</summary>
    public static LedgerOnPaper Good() => new LedgerOnPaper().Epoch(1)
        .Border(1, 0, 1000, 200, 30, 50, 700)
        .Border(2, 10, 1004, 200, 30, 51, 703).Entry(1, 2, 0, 4).Entry(2, 2, 3, 1).Entry(3, 2, 4, 3)
        .Reading(3, 1, 9, ReadingStatus.Evidence, 1003, 200, 30, 51, 702)
        .Border(4, 20, 1004, 203, 35, 51, 709).Entry(4, 4, 1, 3).Entry(5, 4, 2, 5, Cause.DirectPrint).Entry(6, 4, 4, 6)
        .Border(5, 30, 1010, 203, 35, 51, 713).Entry(7, 5, 0, 8, source: EntrySource.Vendor).Entry(8, 5, 0, -2, Cause.MeterLag).Entry(9, 5, 4, 4)
        .Border(6, 40, 1012, 203, 35, 51, 714).Entry(10, 6, 0, 2, Cause.MeterLag).Entry(11, 6, 4, 1)
        .Entry(12, 4, 2, -5, Cause.DirectPrint, reverses: 5).Entry(13, 4, 2, 5);

    public Task<AuditOutcome> AuditAsync(AuditPosition? from = null) => DeviceAudit.RunAsync(
        7, "hall", Epochs, Stream(Readings.Where(r => r.Seq > (from?.LastReading ?? -1)).OrderBy(r => r.Seq)),
        Stream(Touched(from).OrderBy(e => e.Interval).ThenBy(e => e.Seq)), from, CancellationToken.None);

    public async Task<ImmutableArray<string>> ViolationsAsync() => (await AuditAsync()).Verdict.Violations;

    public LedgerOnPaper Change(long entry, Func<EntryRecord, EntryRecord> change)
    {
        int at = Entries.FindIndex(e => e.Seq == entry);
        Entries[at] = change(Entries[at]);
        return this;
    }

    public LedgerOnPaper ChangeReading(long seq, Func<ReadingRecord, ReadingRecord> change)
    {
        int at = Readings.FindIndex(e => e.Seq == seq);
        Readings[at] = change(Readings[at]);
        return this;
    }

    private static BaseCounter Counter(
        int index, PageFunction function, PageColor color, CounterUnit unit, CounterRole role, long modulus, params string[] oids) => new()
        {
            Index = index, Key = new CounterKey(function, color, PageSize.Any, PageSides.Any, unit), Role = role, Modulus = modulus, Oids = [.. oids],
        };

    private IEnumerable<EntryRecord> Touched(AuditPosition? from)
    {
        if (from is null)
        {
            return Entries;
        }

        HashSet<long> late = [.. Entries.Where(e => e.Seq > from.LastEntry).Select(e => e.Interval)];
        return Entries.Where(e => late.Contains(e.Interval));
    }

    private static async IAsyncEnumerable<T> Stream<T>(IEnumerable<T> rows)
    {
        foreach (T row in rows)
        {
            await Task.Yield();
            yield return row;
        }
    }
}
