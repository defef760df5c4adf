using System.Runtime.CompilerServices;
using System.Text;
using CopyTrack.Identity.Ldap;

namespace CopyTrack.Identity.Replication;

/// <summary>
/// Changes in Active Directory by uSNChanged. The numbers are one server's own and start anew when it is restored, so a position holds the
/// server's name and invocationId. Changes are looked for in the whole tree without the filter, deleted entries too; who is still asked for is
/// then read by base and filter, so that leaving them counts as going.
/// </summary>
public static class UsnFeed
{
    /// <summary>The method's name in positions.</summary>
    public const string Method = "usn";

    /// <summary>Where a full listing that begins now ends. Throws <see cref="LdapException"/>.</summary>
    public static async Task<FeedPosition> PositionAsync(ILdapConnection connection, RootDse root, CancellationToken cancellationToken)
    {
        var invocation = root.DsServiceName is null ? null : await BaseEntry.ReadAsync(connection, root.DsServiceName, ["invocationId"], cancellationToken);
        return root.HighestUsn is { } usn && invocation?.First("invocationId") is { } id
            ? new FeedPosition(Method, Encoding.UTF8.GetBytes(FormattableString.Invariant($"{usn}:{Convert.ToHexStringLower(id.Span)}")), connection.Server.ToString())
            : throw new LdapException(LdapCause.AccessRefused, $"{connection.Server}: the directory does not show highestCommittedUSN and invocationId: let the reading account see them, or set Changes to dirSync");
    }

    /// <summary>Everything, with the position read before it; or what changed since. Throws <see cref="LdapException"/>, with <see cref="LdapCause.RefreshRequired"/> when the position is another server's.</summary>
    public static async IAsyncEnumerable<FeedItem> ReadAsync(ILdapConnection connection, FeedScope scope, FeedPosition? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var root = await RootDse.ReadAsync(connection, cancellationToken);
        var now = await PositionAsync(connection, root, cancellationToken);
        if (since is null)
        {
            await foreach (var item in PagedListing.ReadAsync(connection, scope, scope.Filter, cancellationToken))
            {
                yield return item is FeedItem.End ? new FeedItem.End(now, Whole: true) : item;
            }

            yield break;
        }

        var (from, to) = (Parts(since), Parts(now));
        if (since.Server != now.Server || from.Invocation != to.Invocation || from.Usn > to.Usn)
        {
            throw new LdapException(LdapCause.RefreshRequired, $"{connection.Server}: the last run read another server or one that was restored since: the next run reads everything");
        }

        if (from.Usn < to.Usn)
        {
            var changed = LdapFilter.From("uSNChanged", (from.Usn + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
            var search = new LdapSearch(root.DefaultNamingContext ?? scope.BaseDn, LdapScope.Subtree, AdReread.OfClass(scope, changed), ["objectGUID"]);
            ReadOnlyMemory<byte> cookie = default;
            do
            {
                // One page at a time is looked up before the next is asked for.
                var ids = new List<byte[]>();
                LdapMessage? done = null;
                await foreach (var message in connection.SearchAsync(search, [LdapControls.ShowDeleted, PagedResults.Request(scope.PageSize, cookie)], cancellationToken))
                {
                    if (message.Response is LdapResponse.Entry { Value: var entry } && EntryId.Of(entry, "objectGUID") is { } id && ids.Count <= scope.PageSize)
                    {
                        ids.Add(id);
                    }

                    done = message.Response is LdapResponse.Done ? message : done;
                }

                cookie = PagedListing.Next(connection.Server, done, search.BaseDn);
                await foreach (var item in AdReread.ReadAsync(connection, scope, ids, cancellationToken))
                {
                    yield return item;
                }
            }
            while (cookie.Length > 0);
        }

        yield return new FeedItem.End(now, Whole: false);
    }

    private static (long Usn, string Invocation) Parts(FeedPosition position)
    {
        var parts = Encoding.UTF8.GetString(position.Value.Span).Split(':');
        return parts.Length == 2 && long.TryParse(parts[0], System.Globalization.CultureInfo.InvariantCulture, out var usn) ? (usn, parts[1]) : (long.MaxValue, "");
    }
}

/// <summary>Changes in Active Directory by the DirSync control, whose cookie any server of the domain understands.</summary>
public static class DirSyncFeed
{
    /// <summary>The method's name in positions.</summary>
    public const string Method = "dirSync";

    private const int ChunkBytes = 1 << 20, MaxChunks = 1_000_000;

    /// <summary>Everything, with the cookie read before it; or what changed since. Throws <see cref="LdapException"/>.</summary>
    public static async IAsyncEnumerable<FeedItem> ReadAsync(ILdapConnection connection, FeedScope scope, FeedPosition? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var root = await RootDse.ReadAsync(connection, cancellationToken);
        var search = new LdapSearch(root.DefaultNamingContext ?? scope.BaseDn, LdapScope.Subtree, AdReread.OfClass(scope, null), [.. scope.Attributes, "isDeleted", "name"]);
        var cookie = since?.Value ?? default;
        var more = true;
        for (var chunk = 0; more; chunk++)
        {
            if (chunk == MaxChunks)
            {
                throw new LdapException(LdapCause.EndlessPages, $"{connection.Server}: the changes of the directory do not end");
            }

            var ids = new List<byte[]>();
            LdapMessage? done = null;
            await foreach (var message in connection.SearchAsync(search, [DirSync.Request(DirSync.ObjectSecurity, ChunkBytes, cookie)], cancellationToken))
            {
                // The first round only finds the cookie: the listing below reads everything.
                if (since is not null && message.Response is LdapResponse.Entry { Value: var entry } && EntryId.Of(entry, "objectGUID") is { } id)
                {
                    ids.Add(id);
                }

                done = message.Response is LdapResponse.Done ? message : done;
            }

            var end = PagedListing.Ended(connection.Server, done, search.BaseDn);
            (more, cookie) = PagedListing.Checked(connection.Server, () => DirSync.Response(end));
            await foreach (var item in AdReread.ReadAsync(connection, scope, ids, cancellationToken))
            {
                yield return item;
            }
        }

        var position = new FeedPosition(Method, cookie, null);
        if (since is not null)
        {
            yield return new FeedItem.End(position, Whole: false);
            yield break;
        }

        await foreach (var item in PagedListing.ReadAsync(connection, scope, scope.Filter, cancellationToken))
        {
            yield return item is FeedItem.End ? new FeedItem.End(position, Whole: true) : item;
        }
    }
}

/// <summary>Reads entries that changed, whole, by their objectGUID; those that base and filter no longer find are gone.</summary>
internal static class AdReread
{
    private const int AtOnce = 100;

    /// <summary>The filter of a search for changes.</summary>
    public static LdapFilter OfClass(FeedScope scope, LdapFilter? changed)
    {
        var ofClass = scope.AdClass is { } name ? LdapFilter.Is("objectClass", name) : new LdapFilter.Present("objectClass");
        return changed is null ? ofClass : LdapFilter.Both(ofClass, changed);
    }

    public static async IAsyncEnumerable<FeedItem> ReadAsync(ILdapConnection connection, FeedScope scope, List<byte[]> ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var some in ids.DistinctBy(Convert.ToHexString).Chunk(AtOnce))
        {
            var missing = some.ToDictionary(Convert.ToHexString);
            var filter = LdapFilter.Both(scope.Filter, LdapFilter.AnyOf("objectGUID", some.Select(id => (ReadOnlyMemory<byte>)id)));
            await foreach (var item in PagedListing.ReadAsync(connection, scope, filter, cancellationToken))
            {
                if (item is FeedItem.Entry entry && missing.Remove(Convert.ToHexString(entry.Uuid)))
                {
                    yield return item;
                }
            }

            foreach (var id in missing.Values)
            {
                yield return new FeedItem.Deleted(id);
            }
        }
    }
}
