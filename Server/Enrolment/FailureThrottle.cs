using System.Net;

namespace CopyTrack.Server.Enrolment;

/// <summary>Stops an address for a while after too many failures: "more than 10 failures a minute from one address" (docs/terminal-protocol.md §1).</summary>
internal sealed class FailureThrottle(TimeProvider time)
{
    private const int Limit = 10, MaxAddresses = 10_000;
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, Queue<DateTimeOffset>> failures = [];

    /// <summary>How long the address has to wait; null when it may try.</summary>
    public TimeSpan? Wait(IPAddress address)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (!failures.TryGetValue(address, out var times))
            {
                return null;
            }
            Forget(times, now);
            return times.Count >= Limit ? times.Peek() + s_window - now : null;
        }
    }

    /// <summary>Counts a failure.</summary>
    public void Count(IPAddress address)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (!failures.TryGetValue(address, out var times))
            {
                MakeRoom(now);
                failures.Add(address, times = new Queue<DateTimeOffset>(Limit));
            }
            Forget(times, now);
            if (times.Count < Limit)
            {
                times.Enqueue(now);
            }
        }
    }

    private static void Forget(Queue<DateTimeOffset> times, DateTimeOffset now)
    {
        while (times.TryPeek(out var first) && now - first >= s_window)
        {
            times.Dequeue();
        }
    }

    // A flood from ever new addresses must not eat memory: old entries go first, then any.
    private void MakeRoom(DateTimeOffset now)
    {
        if (failures.Count < MaxAddresses)
        {
            return;
        }
        foreach (var address in failures.Where(f => f.Value.Count == 0 || now - f.Value.Last() >= s_window).Select(f => f.Key).ToList())
        {
            failures.Remove(address);
        }
        if (failures.Count >= MaxAddresses)
        {
            failures.Remove(failures.Keys.First());
        }
    }
}
