using System.Collections.Concurrent;
using CopyTrack.Server.WalkUp;

namespace CopyTrack.Server.Gateway;

/// <summary>The terminals that are connected to this node. Safe for use by many threads.</summary>
public interface ITerminalRegistry
{
    /// <summary>Number of connections.</summary>
    int Count { get; }

    /// <summary>All connections at this moment.</summary>
    IReadOnlyCollection<ITerminalLink> All { get; }

    /// <summary>The connection of a terminal; null when it is not connected here.</summary>
    ITerminalLink? Find(string terminalId);

    /// <summary>Sends <c>terminal.closing</c> and ends the connection of a terminal; false when it is not connected here.</summary>
    bool Close(string terminalId, string reason, int? retryAfterSeconds);
}

/// <summary>At most one connection for each terminal: a newer one replaces the older (docs/terminal-protocol.md §1).</summary>
internal sealed class TerminalRegistry : ITerminalRegistry
{
    private readonly ConcurrentDictionary<string, TerminalLink> links = new(StringComparer.Ordinal);

    public int Count => links.Count;

    public IReadOnlyCollection<ITerminalLink> All => [.. links.Values];

    /// <summary>As <see cref="All"/>, without a copy.</summary>
    public IEnumerable<TerminalLink> Links => links.Select(pair => pair.Value);

    public ITerminalLink? Find(string terminalId) => links.GetValueOrDefault(terminalId);

    public bool Close(string terminalId, string reason, int? retryAfterSeconds)
    {
        if (!links.TryGetValue(terminalId, out var link))
        {
            return false;
        }
        link.Close(reason, retryAfterSeconds);
        return true;
    }

    /// <summary>Puts a connection in the place of an older one, which is told so.</summary>
    public void Add(TerminalLink link)
    {
        while (!links.TryAdd(link.TerminalId, link))
        {
            if (links.TryGetValue(link.TerminalId, out var older) && links.TryUpdate(link.TerminalId, link, older))
            {
                older.Close("replaced", null);
                return;
            }
        }
    }

    /// <summary>Takes a connection out, unless a newer one stands in its place.</summary>
    public void Remove(TerminalLink link) => links.TryRemove(new KeyValuePair<string, TerminalLink>(link.TerminalId, link));
}
