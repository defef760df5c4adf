using CopyTrack.Server.Data;

namespace CopyTrack.Server.Polling;

/// <summary>
/// Keeps the claims on devices with a session: renewed at once when the session is new, so that another node finds the device soon after this one's
/// end, then whenever half of the lease is over. Each device has its own time, so that no round renews them all. One caller at a time.
/// </summary>
internal sealed class LiveClaims(IPollingClaims claims, ILiveDevices live, IDecisionContexts contexts, PollingOptions options)
{
    private readonly Dictionary<long, DateTimeOffset> renewed = [];

    /// <summary>
    /// Renews what is due for it, and lets devices whose last session has settled rest until the next idle read. Throws
    /// <see cref="StorageUnavailableException"/>; a device whose rest was not kept then is only read sooner.
    /// </summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        var now = contexts.Now;
        var all = live.All.ToHashSet();
        foreach (var id in renewed.Keys.Where(id => !all.Contains(id)))
        {
            renewed.Remove(id);
        }

        long[] due = [.. all.Where(id => !renewed.TryGetValue(id, out var at) || now - at >= options.Lease / 2)];
        if (due.Length > 0)
        {
            // Due again when the lease runs out: if this node dies, the next to look finds them at once.
            await claims.RenewAsync(contexts.Node, due, options.Lease, now + options.Lease, cancellationToken);
            foreach (var id in due)
            {
                renewed[id] = now;
            }
        }

        // They were read a moment ago. One that has a new session meanwhile is renewed by the next round.
        long[] settled = [.. live.TakeSettled().Where(id => !all.Contains(id))];
        if (settled.Length > 0)
        {
            await claims.RestAsync(contexts.Node, settled, now + options.NextIdle(), cancellationToken);
        }
    }
}
