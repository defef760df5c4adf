using System.Collections.Concurrent;

namespace CopyTrack.Server.WalkUp;

/// <summary>The terminals that have said hello to this node.</summary>
internal sealed class TerminalRoster
{
    private readonly ConcurrentDictionary<string, ConnectedTerminal> terminals = new(StringComparer.Ordinal);

    /// <summary>Enters the terminal; an older connection of it is no longer found.</summary>
    public void Enter(ConnectedTerminal terminal) => terminals[terminal.Link.TerminalId] = terminal;

    /// <summary>Puts the terminal's new settings in the place of the old ones, unless it has gone or come anew meanwhile.</summary>
    public void Change(ConnectedTerminal before, ConnectedTerminal after) => terminals.TryUpdate(before.Link.TerminalId, after, before);

    /// <summary>Forgets the connection and returns the terminal that it was; null when a newer one has taken its place.</summary>
    public ConnectedTerminal? Leave(ITerminalLink link) =>
        terminals.TryGetValue(link.TerminalId, out var known) && ReferenceEquals(known.Link, link)
        && terminals.TryRemove(new KeyValuePair<string, ConnectedTerminal>(link.TerminalId, known)) ? known : null;

    /// <summary>The terminal if it is connected here, else null.</summary>
    public ConnectedTerminal? Find(string terminalId) =>
        terminals.TryGetValue(terminalId, out var terminal) && terminal.Link.IsOpen ? terminal : null;

    /// <summary>All that are connected here.</summary>
    public IEnumerable<ConnectedTerminal> All => terminals.Values;
}
