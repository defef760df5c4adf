using System.Runtime.CompilerServices;
using CopyTrack.Identity.Ldap;

namespace CopyTrack.Identity.Replication;

/// <summary>
/// Content synchronisation by polling (RFC 4533 §3.3, refreshOnly). Without a cookie it lists everything. With one, the server either names what
/// went (a delete phase) or names all that stayed (a present phase); the end says which, and mistaking the one for the other would take away
/// everybody or nobody.
/// </summary>
public static class SyncFeed
{
    /// <summary>The method's name in positions.</summary>
    public const string Method = "syncrepl";

    /// <summary>
    /// What changed since <paramref name="since"/>, or everything. Throws <see cref="LdapException"/>; with <see cref="LdapCause.RefreshRequired"/>
    /// the next look must begin without a cookie.
    /// </summary>
    public static async IAsyncEnumerable<FeedItem> ReadAsync(ILdapConnection connection, FeedScope scope, FeedPosition? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? cookie = since?.Value;
        var (entries, listing) = (0, since is null);
        var search = new LdapSearch(scope.BaseDn, LdapScope.Subtree, scope.Filter, scope.Attributes);
        await foreach (var message in connection.SearchAsync(search, [ContentSync.Request(cookie)], cancellationToken))
        {
            switch (message.Response)
            {
                case LdapResponse.Entry entry:
                    if (++entries > scope.MaxEntries)
                    {
                        throw new LdapException(LdapCause.EndlessPages, $"{connection.Server}: the directory sends more than {scope.MaxEntries} entries: narrow base or filter, or raise MaxEntries");
                    }

                    var (state, uuid) = StateOf(connection.Server, message);
                    yield return state switch
                    {
                        SyncState.Present => new FeedItem.Present(uuid),
                        SyncState.Delete => new FeedItem.Deleted(uuid),
                        _ => new FeedItem.Entry(uuid, entry.Value),
                    };
                    break;
                case LdapResponse.Reference reference:
                    foreach (var uri in reference.Uris)
                    {
                        yield return new FeedItem.Referral(uri);
                    }

                    break;
                case LdapResponse.Intermediate info:
                    switch (PagedListing.Checked(connection.Server, () => ContentSync.Info(info)))
                    {
                        case SyncInfo.Ids ids:
                            cookie = ids.Newer ?? cookie;
                            foreach (var id in ids.Uuids)
                            {
                                yield return ids.Deleted ? new FeedItem.Deleted(id) : new FeedItem.Present(id);
                            }

                            break;
                        case SyncInfo.Cookie newer:
                            cookie = newer.Value ?? cookie;
                            break;
                        default:
                            break;
                    }

                    break;
                case LdapResponse.Done done:
                    if (done.Result.Code != 0)
                    {
                        throw LdapFailures.Of(connection.Server, done.Result, scope.BaseDn);
                    }

                    var (last, deletes) = PagedListing.Checked(connection.Server, () => ContentSync.Done(message));
                    yield return End(connection, last ?? cookie, listing || !deletes);
                    break;
                default:
                    break;
            }
        }
    }

    private static (SyncState State, byte[] Uuid) StateOf(LdapServer server, LdapMessage message)
    {
        try
        {
            return ContentSync.State(message);
        }
        catch (LdapFormatException e)
        {
            throw PagedListing.Broken(server, e);
        }
    }

    private static FeedItem.End End(ILdapConnection connection, ReadOnlyMemory<byte>? cookie, bool whole) => cookie is { } value
        ? new FeedItem.End(new FeedPosition(Method, value, null), whole)
        : throw new LdapException(LdapCause.ControlUnsupported, $"{connection.Server}: the directory gave no cookie for the next look: set Changes to modifyTimestamp");
}
