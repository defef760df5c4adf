using CopyTrack.Identity.Ldap;

namespace CopyTrack.Identity.Replication;

/// <summary>Which way of looking for changes fits a server.</summary>
public static class Feeds
{
    /// <summary>All ways by their names.</summary>
    public static readonly string[] Methods = [SyncFeed.Method, UsnFeed.Method, DirSyncFeed.Method, TimestampFeed.Method];

    /// <summary>The best way that the server offers.</summary>
    public static string Best(RootDse root) =>
        root.IsActiveDirectory ? UsnFeed.Method
        : root.Controls.Contains(ContentSync.RequestOid) ? SyncFeed.Method
        : TimestampFeed.Method;

    /// <summary>Reads by that way; a position of another way is passed over, and everything is listed.</summary>
    public static IAsyncEnumerable<FeedItem> ReadAsync(string method, ILdapConnection connection, FeedScope scope, FeedPosition? since, CancellationToken cancellationToken)
    {
        var from = since?.Method == method ? since : null;
        return method switch
        {
            SyncFeed.Method => SyncFeed.ReadAsync(connection, scope, from, cancellationToken),
            UsnFeed.Method => UsnFeed.ReadAsync(connection, scope, from, cancellationToken),
            DirSyncFeed.Method => DirSyncFeed.ReadAsync(connection, scope, from, cancellationToken),
            TimestampFeed.Method => TimestampFeed.ReadAsync(connection, scope, from, cancellationToken),
            _ => throw new ArgumentException($"no way of looking for changes is called {method}", nameof(method)),
        };
    }
}
