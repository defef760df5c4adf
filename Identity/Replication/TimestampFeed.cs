using System.Runtime.CompilerServices;
using System.Text;
using CopyTrack.Identity.Ldap;

namespace CopyTrack.Identity.Replication;

/// <summary>
/// Looks for entries by modifyTimestamp, for servers that know no better. The clock is the server's and its steps are seconds, so a look begins
/// a little before the last one's end. What went is seen by a full listing only.
/// </summary>
public static class TimestampFeed
{
    /// <summary>The method's name in positions.</summary>
    public const string Method = "modifyTimestamp";

    private static readonly TimeSpan s_overlap = TimeSpan.FromSeconds(5);

    /// <summary>Everything (without a position), or what changed since. Throws <see cref="LdapException"/>.</summary>
    public static async IAsyncEnumerable<FeedItem> ReadAsync(ILdapConnection connection, FeedScope scope, FeedPosition? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = since is null ? null : GeneralizedTime.Parse(Encoding.UTF8.GetString(since.Value.Span));
        var filter = from is null ? scope.Filter : LdapFilter.Both(scope.Filter, LdapFilter.From("modifyTimestamp", GeneralizedTime.Format(from.Value - s_overlap)));
        var latest = from;
        await foreach (var item in PagedListing.ReadAsync(connection, scope, filter, cancellationToken))
        {
            if (item is FeedItem.Entry { Value: var entry } && GeneralizedTime.Parse(entry.Text("modifyTimestamp")) is { } changed && !(changed <= latest))
            {
                latest = changed;
            }

            yield return item is not FeedItem.End ? item
                : new FeedItem.End(latest is { } time ? new FeedPosition(Method, Encoding.UTF8.GetBytes(GeneralizedTime.Format(time)), null) : null, Whole: from is null);
        }
    }
}
