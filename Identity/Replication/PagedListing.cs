using System.Runtime.CompilerServices;
using CopyTrack.Identity.Ldap;

namespace CopyTrack.Identity.Replication;

/// <summary>Reads everything of a scope in pages (RFC 2696). Complete only when each page ended with success and the last without a cookie.</summary>
public static class PagedListing
{
    private const int MaxEmptyPages = 100;

    /// <summary>
    /// The entries, then <see cref="FeedItem.End"/> without a position. Throws <see cref="LdapException"/> for any result but success, for pages
    /// that do not end, and for more entries than the scope allows.
    /// </summary>
    public static async IAsyncEnumerable<FeedItem> ReadAsync(ILdapConnection connection, FeedScope scope, LdapFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (entries, empty, first) = (0, 0, true);
        var search = new LdapSearch(scope.BaseDn, LdapScope.Subtree, filter, scope.Attributes);
        for (ReadOnlyMemory<byte> cookie = default; first || cookie.Length > 0; first = false)
        {
            var before = entries;
            LdapMessage? done = null;
            await foreach (var message in connection.SearchAsync(search, [.. scope.Controls, PagedResults.Request(scope.PageSize, cookie)], cancellationToken))
            {
                switch (message.Response)
                {
                    case LdapResponse.Entry entry:
                        if (++entries > scope.MaxEntries)
                        {
                            throw new LdapException(LdapCause.EndlessPages, $"{connection.Server}: the directory sends more than {scope.MaxEntries} entries: narrow base or filter, or raise MaxEntries");
                        }

                        yield return EntryId.Of(entry.Value, scope.IdAttribute) is { } uuid ? new FeedItem.Entry(uuid, entry.Value) : new FeedItem.Nameless();
                        break;
                    case LdapResponse.Reference reference:
                        foreach (var uri in reference.Uris)
                        {
                            yield return new FeedItem.Referral(uri);
                        }

                        break;
                    case LdapResponse.Done:
                        done = message;
                        break;
                    default:
                        break;
                }
            }

            cookie = Next(connection.Server, done, scope.BaseDn);
            empty = entries == before ? empty + 1 : 0;
            if (empty > MaxEmptyPages)
            {
                throw new LdapException(LdapCause.EndlessPages, $"{connection.Server}: the directory sends empty pages without end: look at the directory server, and at proxies before it");
            }
        }

        yield return new FeedItem.End(null, Whole: true);
    }

    /// <summary>The cookie of the next page, empty at the end. Throws <see cref="LdapException"/> unless the page ended with success.</summary>
    internal static ReadOnlyMemory<byte> Next(LdapServer server, LdapMessage? done, string baseDn)
    {
        var end = Ended(server, done, baseDn);

        // Whoever knows the control says at each end whether more follows (RFC 2696 §3); an end that does not may stand anywhere.
        return Checked(server, () => PagedResults.Cookie(end)) ?? throw new LdapException(LdapCause.Protocol,
            $"{server}: the directory ended a page without saying whether more follows, so the listing may be incomplete: look at the directory server, and at proxies before it");
    }

    /// <summary>The message that ended a search. Throws <see cref="LdapException"/> unless it tells of success.</summary>
    internal static LdapMessage Ended(LdapServer server, LdapMessage? done, string baseDn) => done?.Response switch
    {
        LdapResponse.Done { Result.Code: 0 } => done,
        LdapResponse.Done { Result: var result } => throw LdapFailures.Of(server, result, baseDn),
        _ => throw new LdapException(LdapCause.Protocol, $"{server}: an answer without an end"),
    };

    /// <summary>Runs <paramref name="read"/>; what breaks the protocol becomes an <see cref="LdapException"/>.</summary>
    internal static T Checked<T>(LdapServer server, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (LdapFormatException e)
        {
            throw Broken(server, e);
        }
    }

    /// <summary>What breaks the protocol, told with the server.</summary>
    internal static LdapException Broken(LdapServer server, LdapFormatException e) =>
        new(LdapCause.Protocol, $"{server}: what answers breaks the LDAP protocol ({e.Message}): check host and port, and that no proxy changes the traffic", e);
}
