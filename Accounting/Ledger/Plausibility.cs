using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Ledger;

/// <summary>How the values of a reading stand to those of the last border.</summary>
public enum Movement
{
    /// <summary>Nothing moved.</summary>
    Same,

    /// <summary>Counters rose by what the engine can make in the time.</summary>
    Rose,

    /// <summary>A counter fell, and the fall fits a wrap at its modulus: to be confirmed.</summary>
    Wrapped,

    /// <summary>A counter rose by more than the engine can make (another may have wrapped): to be confirmed by a second read.</summary>
    Jumped,

    /// <summary>A counter fell: a reset or another board; to be confirmed.</summary>
    Fell,
}

/// <summary>What an engine can do in a time, and what therefore can be believed of a reading.</summary>
public static class Plausibility
{
    /// <summary>Impressions a minute assumed of an engine that does not tell its speed: faster than any office copier.</summary>
    public const int DefaultPagesPerMinute = 150;

    /// <summary>Originals a minute of the fastest feeders: scans are not bound to the engine's speed.</summary>
    private const int FastestScanner = 300;

    /// <summary>Pages that a counter may catch up at once after lagging behind the sheets.</summary>
    private const long CatchUp = 200;

    /// <summary>
    /// Compares vectors of one set. Counters that wrapped are returned unwrapped in <paramref name="unwrapped"/> (value + modulus), so that
    /// to minus from is what was made. Null values must have been carried on before.
    /// </summary>
    public static Movement Compare(
        BaseCounterSet set, ImmutableArray<long?> from, ImmutableArray<long?> to, TimeSpan elapsed, int? pagesPerMinute, out ImmutableArray<long?> unwrapped)
    {
        var pages = Possible(elapsed, pagesPerMinute);
        var scans = Possible(elapsed, Math.Max(FastestScanner, pagesPerMinute ?? 0));
        var result = Movement.Same;
        var builder = to.ToBuilder();
        foreach (var counter in set.Counters)
        {
            if (from[counter.Index] is not { } f || to[counter.Index] is not { } t || f == t)
            {
                continue;
            }

            var possible = counter.Key.Unit == CounterUnit.Scans ? scans : pages;
            Movement one;
            if (t > f)
            {
                one = t - f > possible ? Movement.Jumped : Movement.Rose;
            }
            else if (counter.Modulus > f && t >= 0 && t + counter.Modulus - f <= Math.Min(possible, (counter.Modulus / 4) - 1))
            {
                one = Movement.Wrapped;
                builder[counter.Index] = t + counter.Modulus;
            }
            else
            {
                one = Movement.Fell;
            }

            result = one > result ? one : result;
        }

        unwrapped = result == Movement.Fell ? to : builder.ToImmutable();
        return result;
    }

    /// <summary>Counts that an engine of the speed can add to one counter in the time: twice its pages (large may count as two), and what lagged.</summary>
    public static long Possible(TimeSpan elapsed, int? pagesPerMinute) => CatchUp + SinceZero(elapsed, pagesPerMinute);

    /// <summary>Counts that an engine of the speed can have added since a counter stood at zero: nothing lags behind a start at zero.</summary>
    public static long SinceZero(TimeSpan elapsed, int? pagesPerMinute) =>
        (long)Math.Ceiling(2 * (pagesPerMinute ?? DefaultPagesPerMinute) * Math.Max(0, elapsed.TotalMinutes));
}
