namespace CopyTrack.Identity.Ldap;

/// <summary>An authenticated conversation with one server, for one caller at a time.</summary>
public interface ILdapConnection : IAsyncDisposable
{
    /// <summary>The server.</summary>
    LdapServer Server { get; }

    /// <summary>
    /// Searches, and gives every message of the answer as it comes, at last the one that ends it (<see cref="LdapResponse.Done"/>), whatever its
    /// result. Leaving the enumeration early abandons the search. Throws <see cref="LdapException"/>; nothing may be asked after that.
    /// </summary>
    IAsyncEnumerable<LdapMessage> SearchAsync(LdapSearch search, IReadOnlyList<LdapControl> controls, CancellationToken cancellationToken);
}

/// <summary>Opens conversations.</summary>
public interface ILdapConnector
{
    /// <summary>
    /// A conversation with the first server that answers, <paramref name="preferred"/> first when it is one of them. Throws
    /// <see cref="LdapException"/> of the last server tried, with the others' in its text.
    /// </summary>
    Task<ILdapConnection> ConnectAsync(LdapServer? preferred, CancellationToken cancellationToken);
}
