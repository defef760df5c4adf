namespace CopyTrack.Identity.Ldap;

/// <summary>
/// Which request is under way, and whether a message that came belongs to it. Pure: knows ids and kinds, no sockets. A server's message for
/// another request, a bind's answer to a search and the like end the conversation.
/// </summary>
internal sealed class LdapExchange
{
    private readonly HashSet<int> _abandoned = [];
    private int _next = 1;
    private Kind _kind;

    /// <summary>Kinds of requests that have answers.</summary>
    internal enum Kind
    {
        /// <summary>Nothing is under way.</summary>
        None,

        /// <summary>A bind.</summary>
        Bind,

        /// <summary>StartTLS.</summary>
        Extended,

        /// <summary>A search.</summary>
        Search,
    }

    /// <summary>Id of the request under way; 0 for none.</summary>
    public int Current { get; private set; }

    /// <summary>Begins a request and returns its id.</summary>
    public int Begin(Kind kind)
    {
        if (_kind != Kind.None)
        {
            throw new InvalidOperationException("a request is under way");
        }

        (_kind, Current) = (kind, NextId());
        return Current;
    }

    /// <summary>An id for a message without an answer.</summary>
    public int NextId() => _next = _next == int.MaxValue ? 1 : _next + 1;

    /// <summary>Gives up the request under way; what still comes for it is passed over.</summary>
    public int Abandon()
    {
        var id = Current;
        _abandoned.Add(id);
        (_kind, Current) = (Kind.None, 0);
        return id;
    }

    /// <summary>
    /// True when the message belongs to the request under way, false when it is to be passed over. Ends the request with its last message. Throws
    /// <see cref="LdapFormatException"/> for a message that nobody asked for.
    /// </summary>
    public bool Takes(LdapMessage message)
    {
        if (_abandoned.Contains(message.MessageId))
        {
            return false;
        }

        if (message.MessageId != Current || _kind == Kind.None)
        {
            throw new LdapFormatException($"an answer with id {message.MessageId} while {Current} is asked");
        }

        var (fits, last) = (_kind, message.Response) switch
        {
            (Kind.Bind, LdapResponse.Bound) => (true, true),
            (Kind.Extended, LdapResponse.Extended) => (true, true),
            (Kind.Search, LdapResponse.Done) => (true, true),
            (Kind.Search, LdapResponse.Entry or LdapResponse.Reference or LdapResponse.Intermediate) => (true, false),
            (Kind.Extended, LdapResponse.Intermediate) => (true, false),
            _ => (false, false),
        };
        if (!fits)
        {
            throw new LdapFormatException("an answer of another kind than the request");
        }

        if (last)
        {
            (_kind, Current) = (Kind.None, 0);
        }

        return fits;
    }
}
