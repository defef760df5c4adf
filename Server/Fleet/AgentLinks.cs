using System.Collections.Concurrent;
using CopyTrack.Server.Data.Fleet;

namespace CopyTrack.Server.Fleet;

/// <summary>Which devices agents' names stand for, remembered for a while.</summary>
internal sealed class AgentLinks(FleetDevices devices, FleetOptions options, TimeProvider time, ILogger logger)
{
    private const int Most = 500_000;

    // Whether a terminal was put beside a device, or the server reads it itself now, is known this late.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(long AgentId, string Key), (FleetLinkRow Link, DateTimeOffset Until)> _links = new();
    private readonly ConcurrentDictionary<long, DateTimeOffset> _full = new();

    /// <summary>The device; made when the name is new. Null when the agent has as many devices as it may.</summary>
    public async Task<FleetLinkRow?> OfAsync(FleetAgentRow agent, NewFleetDevice found, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_links.TryGetValue((agent.Id, found.Key), out var known) && now < known.Until)
        {
            return known.Link;
        }

        var full = _full.TryGetValue(agent.Id, out var until) && now < until;
        var link = await devices.FindAsync(agent.Id, found.Key, cancellationToken) ?? (full ? null : await devices.LinkAsync(agent, found, options.MaxDevices, cancellationToken));
        if (link is null)
        {
            if (!full)
            {
                _full[agent.Id] = now + Life;
                logger.TooManyDevices(agent.Name, options.MaxDevices);
            }

            return null;
        }

        if (_links.Count >= Most)
        {
            _links.Clear();
        }

        _links[(agent.Id, found.Key)] = (link, now + Life);
        return link;
    }
}
