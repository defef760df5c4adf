using System.Collections.Concurrent;
using CopyTrack.Server.Data.Fleet;

namespace CopyTrack.Server.Fleet;

/// <summary>Which devices agents' names stand for, remembered for a while.</summary>
internal sealed class AgentLinks(FleetDevices devices, TimeProvider time)
{
    private const int Most = 500_000;

    // Whether a terminal was put beside a device, or the server reads it itself now, is known this late.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(long AgentId, string Key), (FleetLinkRow Link, DateTimeOffset Until)> _links = new();

    /// <summary>The device; made when the name is new.</summary>
    public async Task<FleetLinkRow> OfAsync(FleetAgentRow agent, NewFleetDevice found, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_links.TryGetValue((agent.Id, found.Key), out var known) && now < known.Until)
        {
            return known.Link;
        }

        var link = await devices.FindAsync(agent.Id, found.Key, cancellationToken) ?? await devices.LinkAsync(agent, found, cancellationToken);
        if (_links.Count >= Most)
        {
            _links.Clear();
        }

        _links[(agent.Id, found.Key)] = (link, now + Life);
        return link;
    }
}
