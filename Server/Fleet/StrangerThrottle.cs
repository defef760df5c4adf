using System.Net;

namespace CopyTrack.Server.Fleet;

/// <summary>
/// Holds addresses back from which much comes that is refused: 60 a minute, enough for a whole site behind one address whose agents were all revoked. Only the first few of a minute, and of
/// an hour in all, are kept for the administrator. Behind a proxy, or a mail server, strangers and agents share an address; so what an agent of ours signed passes from there all the same.
/// To find out costs a signature, so from held addresses only so many are looked at in a second.
/// </summary>
internal sealed class StrangerThrottle(TimeProvider time)
{
    private const int Limit = 60, Told = 3, ToldInAnHour = 300, MaxAddresses = 10_000;

    // A signature takes a tenth of a millisecond: at the most a twentieth of a processor goes into what comes from addresses that are held back.
    private const int ProofsInASecond = 500, OfOneAgent = 20, OfUnknownAgents = 50;
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1), s_hour = TimeSpan.FromHours(1), s_second = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, (DateTimeOffset Since, int Count)> counts = [];
    private readonly Dictionary<long, int> proofs = [];
    private (DateTimeOffset Since, int Count) told;
    private (DateTimeOffset Since, int All, int Unknown) proved;

    /// <summary>How long the address has to wait; null when it may try.</summary>
    public TimeSpan? Wait(IPAddress address)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            return counts.TryGetValue(address, out var seen) && seen.Count >= Limit && now - seen.Since < s_window ? seen.Since + s_window - now : null;
        }
    }

    /// <summary>
    /// True when something from a held address may be looked at that says it is of an agent: there is room for it in this second. <paramref name="known"/>: the agent needs no look into the
    /// database. Whoever forges one agent's name can hold up that agent alone, and only from where both come.
    /// </summary>
    public bool MayProve(long agentId, bool known)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (now - proved.Since >= s_second)
            {
                proved = (now, 0, 0);
                proofs.Clear();
            }

            var own = proofs.GetValueOrDefault(agentId);
            if (proved.All >= ProofsInASecond || own >= OfOneAgent || (!known && proved.Unknown >= OfUnknownAgents))
            {
                return false;
            }

            proofs[agentId] = own + 1;
            proved = proved with { All = proved.All + 1, Unknown = proved.Unknown + (known ? 0 : 1) };
            return true;
        }
    }

    /// <summary>Counts a refusal; true when it is one of the few that are told.</summary>
    public bool Count(IPAddress address)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (counts.Count >= MaxAddresses)
            {
                // A flood from ever new addresses must not eat memory.
                counts.Clear();
            }

            var (since, count) = counts.TryGetValue(address, out var old) && now - old.Since < s_window ? (old.Since, old.Count + 1) : (now, 1);
            counts[address] = (since, count);
            if (count > Told)
            {
                return false;
            }

            told = now - told.Since < s_hour ? (told.Since, told.Count + 1) : (now, 1);
            return told.Count <= ToldInAnHour;
        }
    }
}
