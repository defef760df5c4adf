using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Session;

/// <summary>
/// Our own requests that wait for an answer: gives out ids, keeps at most 32 in flight (the other side closes at more), matches replies.
/// <typeparamref name="T"/> is what the caller wants back with the answer. Not thread-safe.
/// </summary>
public sealed class OutgoingRequests<T>
{
    private readonly Dictionary<long, T> waiting = [];
    private long last;

    /// <summary>Requests not yet answered.</summary>
    public int Count => waiting.Count;

    /// <summary>Keeps <paramref name="ticket"/> under a fresh id; false when 32 requests are in flight.</summary>
    public bool TryAdd(T ticket, out RequestId id)
    {
        if (waiting.Count >= RequestWindow.Limit)
        {
            id = default;
            return false;
        }
        id = new RequestId(null, ++last);
        waiting.Add(last, ticket);
        return true;
    }

    /// <summary>Takes the ticket of an answered request; false for an id that is not ours or no longer waits.</summary>
    public bool TryTake(RequestId id, out T? ticket)
    {
        ticket = default;
        return id is { Text: null, Digits: null } && waiting.Remove(id.Number, out ticket);
    }

    /// <summary>Takes all tickets, when the connection is gone.</summary>
    public IReadOnlyList<T> TakeAll()
    {
        T[] all = [.. waiting.Values];
        waiting.Clear();
        return all;
    }
}
