using System.Collections.Concurrent;
using System.Data.Common;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>Something about the people of an organisation at a moment.</summary>
internal interface IPeopleAt
{
    /// <summary>The moment, the earlier one where it goes on from another one.</summary>
    DateTimeOffset At { get; }

    /// <summary>How many people it was made of itself.</summary>
    int Count { get; }

    /// <summary>True once it is kept for later questions.</summary>
    bool IsKept { get; set; }
}

/// <summary>
/// Something about people that is kept in memory for large organisations and made anew beside the requests; who was changed since is asked of the database each time, as
/// <see cref="Data.Repositories.PersonSearches"/> does. <paramref name="read"/> makes it of everybody, or of those who were changed since a time on top of what is kept; of organisations
/// with no more than <paramref name="few"/> people nothing is kept. Safe for use by many threads.
/// </summary>
internal sealed class KeptPeople<T>(IDatabase database, TimeProvider time, int few, Func<DbConnection, long, (DateTimeOffset Since, T Before)?, CancellationToken, Task<T>> read)
    where T : class, IPeopleAt
{
    // A change may be committed some minutes after the time that it bears, by a node with another clock.
    private static readonly TimeSpan s_slack = TimeSpan.FromMinutes(10), s_lasts = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<long, T> kept = new();
    private readonly ConcurrentDictionary<long, bool> filling = new();

    /// <summary>How it is now.</summary>
    public async Task<T> OfAsync(DbConnection connection, long orgId, CancellationToken cancellationToken)
    {
        if (kept.TryGetValue(orgId, out T? known))
        {
            T changed = await read(connection, orgId, (known.At - s_slack, known), cancellationToken);
            if (changed.Count <= few)
            {
                if (time.GetUtcNow() - known.At > s_lasts)
                {
                    FillBeside(orgId);
                }

                return changed;
            }
        }

        return await FillAsync(connection, orgId, cancellationToken);
    }

    private async Task<T> FillAsync(DbConnection connection, long orgId, CancellationToken cancellationToken)
    {
        T all = await read(connection, orgId, null, cancellationToken);
        if (all.Count > few)
        {
            all.IsKept = true;
            kept[orgId] = all;
        }
        else
        {
            kept.TryRemove(orgId, out _);
        }

        return all;
    }

    /// <summary>Nobody waits for it; a failure leaves what is known, and is met by whoever has to wait.</summary>
    private void FillBeside(long orgId)
    {
        if (filling.TryAdd(orgId, true))
        {
            _ = Task.Run(async () =>
            {
                try
                {
                    await database.ReadAsync((connection, ct) => FillAsync(connection, orgId, ct), CancellationToken.None);
                }
                finally
                {
                    filling.TryRemove(orgId, out _);
                }
            }).ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }
}
