using System.Data.Common;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;

namespace CopyTrack.Server.Directories;

/// <summary>Loads what the entries of a batch meet: who was seen, links, people, cards and groups. In the caller's transaction.</summary>
internal sealed class MergeLoad(RunState state, DirectoryPeople people, PersonMerge merge, GroupSource? groups, Rehearsal? rehearsal)
{
    /// <summary>Remembers who was seen; returns what is to be looked at, and ids that came twice. Where nobody was known before the run nothing is kept: nobody can be missing.</summary>
    public async Task<(List<ReadPerson> Entries, List<byte[]> Twice)> SeeAsync(DbConnection connection, PeopleBatch batch, bool anybodyKnown, CancellationToken cancellationToken)
    {
        var (twice, runId) = (new List<byte[]>(), state.Run.Id);
        if (!batch.Listing)
        {
            await people.AddSeenAsync(connection, runId, Distinct(batch.Gone), gone: true, cancellationToken);
            // The last word of a server about an entry counts.
            List<ReadPerson> last = [.. batch.People.AsEnumerable().Reverse().DistinctBy(e => EntryKey.Of(e.Person.Uuid))];
            await people.AddSeenAsync(connection, runId, Distinct([.. last.Select(e => e.Person.Uuid), .. batch.Unusable.Select(u => u.Uuid), .. batch.Present]), gone: false, cancellationToken);
            return (last, twice);
        }

        var here = new HashSet<UInt128>(batch.People.Count);
        var entries = batch.People.FindAll(e => First(e.Person.Uuid));
        if (!anybodyKnown)
        {
            return (entries, twice);
        }

        var fresh = await people.AddSeenNewAsync(
            connection, runId, Distinct([.. entries.Select(e => e.Person.Uuid), .. batch.Unusable.Select(u => u.Uuid), .. batch.Present]), cancellationToken);
        twice.AddRange(entries.Where(e => !fresh.Contains(EntryKey.Of(e.Person.Uuid))).Select(e => e.Person.Uuid));
        return (entries.FindAll(e => fresh.Contains(EntryKey.Of(e.Person.Uuid))), twice);

        bool First(byte[] uuid)
        {
            if (here.Add(EntryKey.Of(uuid)))
            {
                return true;
            }

            twice.Add(uuid);
            return false;
        }

        static List<byte[]> Distinct(List<byte[]> uuids) => [.. uuids.DistinctBy(uuid => EntryKey.Of(uuid))];
    }

    /// <summary>Tells the groups of each of these entries: by the directory's groups, or without them by the names that the entry itself gives.</summary>
    public Task<Func<DirectoryPerson, GroupNames>> GroupsAsync(DbConnection connection, List<DirectoryPerson> entries, CancellationToken cancellationToken)
    {
        return groups is not null ? groups.OfAsync(connection, entries, cancellationToken) : Task.FromResult<Func<DirectoryPerson, GroupNames>>(person => new GroupNames(
            [.. person.MemberOf.Select(g => g.Name).OfType<string>().Where(IsName).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase).Take(GroupGraph.MaxOfPerson)]));

        static bool IsName(string name) => name.Length is > 0 and <= PersonMapping.MaxText && !name.Any(char.IsControl) && !name.Contains(';', StringComparison.Ordinal);
    }

    /// <summary>A set that knows which entries made whom.</summary>
    public async Task<MergeSet> LinksAsync(DbConnection connection, List<DirectoryPerson> entries, CancellationToken cancellationToken)
    {
        var set = new MergeSet(entries.Count);
        foreach (var link in await people.LinksAsync(connection, state.Claim.Id, [.. entries.Select(p => p.Uuid)], cancellationToken))
        {
            set.Links[EntryKey.Of(link.Uuid)] = link;
        }

        return set;
    }

    /// <summary>Adds to the set what these entries touch; their cards only with <paramref name="all"/>.</summary>
    public async Task LoadAsync(DbConnection connection, MergeSet set, List<DirectoryPerson> touched, bool all, CancellationToken cancellationToken)
    {
        var names = touched.Where(p => Link(p) is not { } link || link.UserFolded != NameFolding.Fold(p.UserName)).Select(p => NameFolding.Fold(p.UserName)).Distinct(StringComparer.Ordinal).ToList();
        var known = (await people.RowsAsync(connection, [.. touched.Select(p => Link(p)?.PersonId).OfType<long>()], cancellationToken))
            .Concat(await people.NamedAsync(connection, state.Claim.OrgId, names, cancellationToken)).DistinctBy(p => p.Id).ToList();
        foreach (var row in known)
        {
            set.People[row.Id] = row;
            set.Names[row.UserFolded] = row.Id;
        }

        foreach (var (id, gone) in await people.LinkedAsync(connection, [.. set.People.Keys], cancellationToken))
        {
            set.Linked[id] = gone;
        }

        if (!all)
        {
            rehearsal?.Recall(set, touched, merge);
            return;
        }

        foreach (var card in await people.CardsAsync(connection, [.. set.People.Keys], cancellationToken))
        {
            (set.Cards.TryGetValue(card.PersonId, out var list) ? list : set.Cards[card.PersonId] = []).Add(card);
        }

        var hashes = touched.SelectMany(p => p.Cards).Distinct(StringComparer.Ordinal).SelectMany(number => merge.LearnHashesOf(set, number)).ToList();
        foreach (var card in await people.OwnersAsync(connection, state.Claim.OrgId, hashes, cancellationToken))
        {
            set.Owners[CardKey.Of(card.KeyId, card.Hash)] = card.PersonId;
        }

        rehearsal?.Recall(set, touched, merge);

        LinkRow? Link(DirectoryPerson person) => set.Links.GetValueOrDefault(EntryKey.Of(person.Uuid));
    }
}
