using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Session;

/// <summary>
/// The requests that one side has received and not yet answered (docs/terminal-protocol.md §2: "at more than 32 it closes"). Not thread-safe.
/// </summary>
public sealed class RequestWindow
{
    /// <summary>Most requests in flight in one direction.</summary>
    public const int Limit = 32;

    private readonly List<RequestId> open = new(2);

    /// <summary>Requests not yet answered.</summary>
    public int Count => open.Count;

    /// <summary>Whether a request with this id is not yet answered.</summary>
    public bool Contains(RequestId id) => open.Contains(id);

    /// <summary>Counts a received request; false when the window is full.</summary>
    public bool TryOpen(RequestId id)
    {
        if (open.Count >= Limit)
        {
            return false;
        }
        open.Add(id);
        return true;
    }

    /// <summary>Counts an answer; false when no request with this id waits for one, so that a second answer is never sent.</summary>
    public bool TryClose(RequestId id)
    {
        var at = open.IndexOf(id);
        if (at < 0)
        {
            return false;
        }
        open.RemoveAt(at);
        return true;
    }
}
