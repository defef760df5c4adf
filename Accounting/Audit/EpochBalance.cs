using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Audit;

/// <summary>Running balance of one epoch: what its meters moved by, border by border, and what its entries sum to.</summary>
internal sealed class EpochBalance
{
    private readonly long?[] _first;
    private readonly long?[] _last;
    private readonly long[] _metered;
    private readonly long[] _ledger;

    public EpochBalance(EpochRecord record, AuditBalance? from)
    {
        Record = record;
        int n = record.Set.Counters.Length;
        _first = from is null ? new long?[n] : [.. from.First];
        _last = from is null ? new long?[n] : [.. from.Last];
        _metered = from is null ? new long[n] : [.. from.Metered];
        _ledger = from is null ? new long[n] : [.. from.Ledger];
        From = from?.From;
        To = from?.To;
    }

    public EpochRecord Record { get; }

    public DateTimeOffset? From { get; private set; }

    public DateTimeOffset? To { get; private set; }

    private ImmutableArray<BaseCounter> Counters => Record.Set.Counters;

    /// <summary>True when a border of this epoch was taken, so that the next one closes an interval.</summary>
    public bool Begun => From is not null;

    /// <summary>
    /// True for a counter that owes entries: all but an engine's total beside parts that count the same paper, which is there to work out what
    /// the parts do not explain.
    /// </summary>
    public bool Owes(int counter) => Counters[counter].Role != CounterRole.Total
        || !Counters.Any(c => c.Role == CounterRole.Part && c.Key.Unit != CounterUnit.Scans);

    /// <summary>Takes a border's values; returns what each counter moved by since its last known value.</summary>
    public long[] Take(ReadingRecord border, Findings findings)
    {
        From ??= border.At;
        To = border.At;
        long[] moved = new long[Counters.Length];
        if (border.Values.Length != moved.Length)
        {
            findings.Add($"epoch {border.Epoch}, reading {border.Seq}", $"{border.Values.Length} values where the epoch has {moved.Length} counters");
            return moved;
        }

        for (int i = 0; i < moved.Length; i++)
        {
            if (border.Values[i] is not long value)
            {
                continue;
            }

            _first[i] ??= value;
            long step = _last[i] is long previous ? Step(Counters[i], previous, value, border, findings) : 0;
            moved[i] = IsPosted(Counters[i]) ? step : 0;
            _last[i] = value;
            _metered[i] += moved[i];
        }

        return moved;
    }

    public void Post(int counter, long delta) => _ledger[counter] += delta;

    /// <summary>Reports every counter whose ledger is not what its meter moved by.</summary>
    public void Report(Findings findings)
    {
        for (int i = 0; i < _metered.Length; i++)
        {
            if (Owes(i) && _metered[i] != _ledger[i])
            {
                findings.Add($"epoch {Record.Epoch}, counter {CounterNames.Of(Counters[i])}",
                    $"the meter went from {_first[i]} to {_last[i]}, moved by {_metered[i]}, but the entries sum to {_ledger[i]}");
            }
        }
    }

    public EpochVerdict ToVerdict()
    {
        int[] pages = PageCounters();
        int[] known = [.. pages.Where(i => _first[i] is not null)];
        ImmutableArray<CounterVerdict> counters = [.. Counters.Select((c, i) => (c, i)).Where(p => Owes(p.i)).Select(p => new CounterVerdict(
            CounterNames.Of(p.c), CounterNames.UnitOf(p.c), _first[p.i], _last[p.i], _metered[p.i], _ledger[p.i], _metered[p.i] - _ledger[p.i]))];
        long metered = pages.Sum(i => _metered[i]);
        long ledger = pages.Sum(i => _ledger[i]);
        bool any = known.Length > 0 || ledger != 0;
        return new EpochVerdict(Record.Epoch, From, To,
            known.Length > 0 ? known.Sum(i => _first[i]!.Value) : null, known.Length > 0 ? known.Sum(i => _last[i]!.Value) : null,
            any ? metered : null, any ? ledger : null, any ? metered - ledger : null, counters);
    }

    public AuditBalance ToBalance() => new(Record.Epoch, From, To, [.. _first], [.. _last], [.. _metered], [.. _ledger]);

    /// <summary>
    /// A value at or above its predecessor moved by the difference. One below is a wrap only when the width is known and the way over the
    /// wrap is short: less than a quarter of the range, as no copier comes near within one interval. Any other fall should have opened an epoch.
    /// </summary>
    private static long Step(BaseCounter counter, long previous, long value, ReadingRecord border, Findings findings)
    {
        if (value >= previous)
        {
            return value - previous;
        }

        long wrapped = counter.Modulus - previous + value;
        if (counter.Modulus > 0 && previous < counter.Modulus && value >= 0 && wrapped < counter.Modulus / 4)
        {
            return wrapped;
        }

        findings.Add($"epoch {border.Epoch}, counter {CounterNames.Of(counter)}, interval {border.Seq}",
            $"the value falls from {previous} to {value}, which is no wrap{(counter.Modulus > 0 ? $" at {counter.Modulus}" : "")}");
        return value - previous;
    }

    /// <summary>A total beside parts of pages is not posted: the parts, with the computed rest of the total among them, are its pages.</summary>
    private bool IsPosted(BaseCounter counter) =>
        counter.Role != CounterRole.Total || !Counters.Any(c => c.Role == CounterRole.Part && c.Key.Unit != CounterUnit.Scans);

    private int[] PageCounters()
    {
        int[] parts = With(CounterRole.Part);
        return parts.Length > 0 ? parts : With(CounterRole.Total);
    }

    private int[] With(CounterRole role) =>
        [.. Enumerable.Range(0, Counters.Length).Where(i => Counters[i].Role == role && Counters[i].Key.Unit != CounterUnit.Scans)];
}
