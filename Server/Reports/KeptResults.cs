using System.Collections.Concurrent;
using System.Diagnostics;

namespace CopyTrack.Server.Reports;

/// <summary>A result and the moment that it tells of.</summary>
internal sealed record Kept<T>(T Value, DateTimeOffset At);

/// <summary>
/// Keeps results that took long to make, so that on a large site only the first to look waits: younger than <see cref="s_fresh"/> they are given as they are, younger than
/// <see cref="Lasts"/> they are given and made anew beside the request. What is made quickly is never kept, and many who ask for the same at once are one.
/// Keys must hold all that the result depends on, the asker's scope first of all. What <paramref name="isLarge"/> tells is that is kept from <see cref="SlowOfLarge"/> on.
/// </summary>
internal sealed class KeptResults<T>(int most, TimeProvider time, TimeSpan? slow = null, Func<T, bool>? isLarge = null)
    where T : class
{
    /// <summary>Longest time that a result may be behind.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(2);

    /// <summary>What takes less is made each time, unless another time is given: whoever has just copied on a small site sees it at once, also while the program is young and its code slow.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(150);

    /// <summary>What takes less is made each time of what is large, which no small site has.</summary>
    public static readonly TimeSpan SlowOfLarge = TimeSpan.FromMilliseconds(40);

    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Kept<T>> kept = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<Kept<T>>>> making = new(StringComparer.Ordinal);

    /// <summary>The result of a key. What <paramref name="make"/> throws is thrown to all who wait for it, and nothing is kept of it.</summary>
    public async Task<Kept<T>> GetAsync(string key, Func<CancellationToken, Task<T>> make, CancellationToken cancellationToken)
    {
        if (kept.TryGetValue(key, out Kept<T>? known))
        {
            TimeSpan age = time.GetUtcNow() - known.At;
            if (age < s_fresh)
            {
                return known;
            }

            if (age < Lasts)
            {
                // Nobody waits for it; a failure is met by whoever comes once the older result is too old.
                _ = Begin(key, make).ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                return known;
            }
        }

        return await Begin(key, make).WaitAsync(cancellationToken);
    }

    private Task<Kept<T>> Begin(string key, Func<CancellationToken, Task<T>> make) =>
        making.GetOrAdd(key, k => new Lazy<Task<Kept<T>>>(() => Task.Run(() => MakeAsync(k, make)))).Value;

    private async Task<Kept<T>> MakeAsync(string key, Func<CancellationToken, Task<T>> make)
    {
        try
        {
            long began = Stopwatch.GetTimestamp();
            // Made for all who ask: the first one's leaving must not end it for the others.
            Kept<T> made = new(await make(CancellationToken.None), time.GetUtcNow());
            if (Stopwatch.GetElapsedTime(began) < (isLarge?.Invoke(made.Value) == true ? SlowOfLarge : slow ?? Slow))
            {
                kept.TryRemove(key, out _);
            }
            else
            {
                kept[key] = made;
                Shrink();
            }

            return made;
        }
        finally
        {
            making.TryRemove(key, out _);
        }
    }

    private void Shrink()
    {
        if (kept.Count > most)
        {
            foreach (string old in kept.OrderBy(k => k.Value.At).Take(kept.Count - most).Select(k => k.Key))
            {
                kept.TryRemove(old, out _);
            }
        }
    }
}
