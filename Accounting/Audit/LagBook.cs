using System.Collections.Immutable;

namespace CopyTrack.Accounting.Audit;

/// <summary>
/// Follows cause meterLag: what a receipt was ahead of the meter (negative) is given back by later intervals (positive). An amount that
/// nothing has balanced a day later is a fault, because by then it should stand as receiptExceedsMeter.
/// </summary>
internal sealed class LagBook(ImmutableArray<AuditLag> open)
{
    private static readonly TimeSpan Allowed = TimeSpan.FromHours(24);
    private readonly List<AuditLag> _open = [.. open];

    /// <summary>Takes an amount into the books: it balances what is open with the other sign, oldest first; what is left stays open.</summary>
    public void Add(AuditLag lag)
    {
        long rest = lag.Amount;
        for (int i = 0; i < _open.Count && rest != 0;)
        {
            AuditLag o = _open[i];
            if (o.Epoch != lag.Epoch || o.Counter != lag.Counter || Math.Sign(o.Amount) == Math.Sign(rest))
            {
                i++;
                continue;
            }

            long used = Math.Min(Math.Abs(o.Amount), Math.Abs(rest)) * Math.Sign(o.Amount);
            rest += used;
            if (o.Amount == used)
            {
                _open.RemoveAt(i);
            }
            else
            {
                _open[i++] = o with { Amount = o.Amount - used };
            }
        }

        if (rest != 0)
        {
            _open.Add(lag with { Amount = rest });
        }
    }

    /// <summary>Reports and forgets what is older than a day at <paramref name="now"/>.</summary>
    public void Expire(DateTimeOffset now, Findings findings, Func<int, int, string> counterName)
    {
        for (int i = 0; i < _open.Count;)
        {
            AuditLag o = _open[i];
            if (now - o.At <= Allowed)
            {
                i++;
                continue;
            }

            findings.Add($"epoch {o.Epoch}, counter {counterName(o.Epoch, o.Counter)}, interval {o.Interval}",
                $"meterLag of {o.Amount} should sum to 0 within a day but {-o.Amount} was not given back");
            _open.RemoveAt(i);
        }
    }

    public ImmutableArray<AuditLag> ToOpen() => [.. _open];
}
