using System.Runtime.CompilerServices;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>
/// Searches for people. A part of a name is looked for in memory (<see cref="PeopleNames"/>), which is filled by the first search and let go when nobody searches for a while; who was
/// changed since it was filled is asked of the database each time, so that whoever was added by any node a moment ago is found. Other searches go by indexes.
/// </summary>
public sealed class PersonSearches : IDisposable
{
    // Among more the index is made anew; a change may be committed some minutes after the time that it bears, by a node with another clock.
    private const int MostChanged = 2000, Batch = 200, MostLooked = 1000;
    private static readonly TimeSpan s_unused = TimeSpan.FromMinutes(10), s_slack = TimeSpan.FromMinutes(10);

    private readonly IDatabase database;
    private readonly PersonRepository people;
    private readonly TimeProvider time;
    private readonly ITimer end;
    private readonly SemaphoreSlim filling = new(1, 1);
    private volatile Filled? last;

    /// <summary>Searches in a database.</summary>
    public PersonSearches(IDatabase database, PersonRepository people, TimeProvider time)
    {
        (this.database, this.people, this.time) = (database, people, time);
        end = time.CreateTimer(_ => last = null, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>At most <paramref name="limit"/> people of a search in the order of their folded names, after that name (empty at first), with what hangs on them.</summary>
    public async Task<IReadOnlyList<PersonState>> FindAsync(long orgId, PersonSearch search, string after, int limit, CancellationToken cancellationToken)
    {
        if (search is not { Find: { } find, Department: null, Group: null, State: null or PersonSearch.NoCard } || NameFolding.Fold(find) is not { Length: > 0 } part)
        {
            return await people.SearchAsync(orgId, search, after, limit, cancellationToken);
        }

        var filled = await FilledAsync(orgId, null, cancellationToken);
        var changed = await ChangedAsync(orgId, filled.At - s_slack, cancellationToken);
        if (changed is null)
        {
            // What is made now holds all that was changed by now.
            (filled, changed) = (await FilledAsync(orgId, filled, cancellationToken), []);
        }

        if (search.State is not null && filled.Names.Find(part, after, MostLooked).Count == MostLooked)
        {
            // So many have the part that whoever has no card is sooner found among those without one.
            return await people.SearchAsync(orgId, search, after, limit, cancellationToken);
        }

        string[] also = [.. changed.Where(p => p.Has(part)).Select(p => p.UserFolded)];
        List<PersonState> found = [];
        List<string> batch;
        do
        {
            // In the order of the database, which is that of the octets.
            batch = [.. filled.Names.Find(part, after, Batch).Union(also.Where(c => Compare(c, after) > 0), StringComparer.Ordinal).Order(Comparer<string>.Create(Compare)).Take(Batch)];
            // Names as they are now: what was found may have become somebody else's, or have gone.
            found.AddRange((await people.OfNamesAsync(orgId, batch, cancellationToken)).Where(p => p.Row.MergedInto is null && (search.State is null || p.Cards.IsEmpty)
                && new PersonName(p.Row.UserFolded, p.Row.DisplayName, p.Row.Email).Has(part)));
            after = batch.Count == 0 ? after : batch[^1];
        }
        while (batch.Count == Batch && found.Count < limit);
        return [.. found.Take(limit)];
    }

    /// <summary>The same among the people of some departments, an index for each of them.</summary>
    public async Task<IReadOnlyList<PersonState>> FindAsync(long orgId, PersonSearch search, IReadOnlyList<string> departments, string after, int limit, CancellationToken cancellationToken)
    {
        List<PersonState> found = [];
        foreach (var department in departments)
        {
            found.AddRange(await FindAsync(orgId, search with { Department = department }, after, limit, cancellationToken));
        }

        return departments.Count == 1 ? found : [.. found.OrderBy(p => p.Row.UserFolded, Comparer<string>.Create(Compare)).Take(limit)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        end.Dispose();
        filling.Dispose();
    }

    /// <summary>As UTF-8 compares, which tells code points beyond the first plane otherwise than UTF-16.</summary>
    private static int Compare(string a, string b) => System.Text.Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(b));

    /// <summary>What is in memory, made where nothing is or only what is <paramref name="old"/>; one at a time.</summary>
    private async Task<Filled> FilledAsync(long orgId, Filled? old, CancellationToken cancellationToken)
    {
        end.Change(s_unused, Timeout.InfiniteTimeSpan);
        await filling.WaitAsync(cancellationToken);
        try
        {
            if (last is { } kept && kept.OrgId == orgId && kept != old)
            {
                return kept;
            }

            var at = time.GetUtcNow();
            Filled made = new(orgId, at, await database.ReadAsync((connection, ct) => PeopleNames.OfAsync(RowsAsync(connection, "Person_Names", new { orgId }, ct), ct), cancellationToken));
            last = made;
            return made;
        }
        finally
        {
            filling.Release();
        }
    }

    /// <summary>Who was changed; null when they are too many to be asked for each time.</summary>
    private async Task<List<PersonName>?> ChangedAsync(long orgId, DateTimeOffset since, CancellationToken cancellationToken) => await database.ReadAsync(async (connection, ct) =>
    {
        List<PersonName> changed = [];
        await foreach (var row in RowsAsync(connection, "Person_Changed", new { orgId, since, limit = MostChanged + 1 }, ct))
        {
            changed.Add(row);
        }

        return changed.Count > MostChanged ? null : changed;
    }, cancellationToken);

    private async IAsyncEnumerable<PersonName> RowsAsync(System.Data.Common.DbConnection connection, string statement, object parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var rows = await connection.ExecuteReaderAsync(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: cancellationToken));
        while (await rows.ReadAsync(cancellationToken))
        {
            yield return new PersonName(rows.GetString(0), rows.IsDBNull(1) ? null : rows.GetString(1), rows.IsDBNull(2) ? null : rows.GetString(2));
        }
    }

    private sealed record Filled(long OrgId, DateTimeOffset At, PeopleNames Names);
}
