using System.Net;

namespace CopyTrack.Server.Fleet;

/// <summary>Holds addresses back from which much comes that is refused: 60 a minute, enough for a whole site behind one address whose agents were all revoked. Only the first few of a minute are kept for the administrator.</summary>
internal sealed class StrangerThrottle(TimeProvider time)
{
    private const int Limit = 60, Told = 3, MaxAddresses = 10_000;
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, (DateTimeOffset Since, int Count)> counts = [];

    /// <summary>How long the address has to wait; null when it may try.</summary>
    public TimeSpan? Wait(IPAddress address)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            return counts.TryGetValue(address, out var seen) && seen.Count >= Limit && now - seen.Since < s_window ? seen.Since + s_window - now : null;
        }
    }

    /// <summary>Counts a refusal; true when it is one of the few that are told.</summary>
    public bool Count(IPAddress address, DateTimeOffset now)
    {
        lock (gate)
        {
            if (counts.Count >= MaxAddresses)
            {
                // A flood from ever new addresses must not eat memory.
                counts.Clear();
            }

            var (since, count) = counts.TryGetValue(address, out var old) && now - old.Since < s_window ? (old.Since, old.Count + 1) : (now, 1);
            counts[address] = (since, count);
            return count <= Told;
        }
    }
}
