namespace CopyTrack.Accounting.Audit;

/// <summary>
/// Tells in constant memory whether numbers that come in any order are all from the one after <paramref name="last"/> to their highest, each
/// once: count, sum and sum of squares must be those of an unbroken run.
/// </summary>
internal sealed class SeqTally(long last)
{
    private readonly long _start = last;
    private UInt128 _sum;
    private UInt128 _squares;
    private long _min = long.MaxValue;

    public long Count { get; private set; }

    /// <summary>Highest number seen, at least the one given at the start.</summary>
    public long Last { get; private set; } = last;

    public void Add(long seq)
    {
        Count++;
        Last = Math.Max(Last, seq);
        _min = Math.Min(_min, seq);
        UInt128 offset = (UInt128)(ulong)unchecked(seq - _start);
        _sum = unchecked(_sum + offset);
        _squares = unchecked(_squares + (offset * offset));
    }

    /// <summary>Adds a finding when numbers are missing or doubled. A first run may begin at 0 or 1.</summary>
    public void Report(Findings findings, string kind)
    {
        if (Count == 0)
        {
            return;
        }

        long start = _start == 0 && _min == 0 ? 0 : _start + 1;
        UInt128 expected = (UInt128)(ulong)unchecked(Last - start + 1);
        UInt128 n = (UInt128)(ulong)unchecked(Last - _start);
        UInt128 sum = unchecked(n * (n + 1) / 2);
        UInt128 squares = unchecked(n * (n + 1) * ((2 * n) + 1) / 6);
        if ((UInt128)(ulong)Count != expected)
        {
            findings.Add($"{kind}", $"numbers {start} to {Last} should be {expected} rows but there are {Count}");
        }
        else if (sum != _sum || squares != _squares)
        {
            findings.Add($"{kind}", $"numbers {start} to {Last} are not each there once although there are {Count} rows");
        }
    }
}
