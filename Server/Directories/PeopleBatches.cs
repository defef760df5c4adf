using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Identity.Replication;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;

namespace CopyTrack.Server.Directories;

/// <summary>Applies batches of entries to people: loads what they touch, decides each, writes what changed, all in one commit.</summary>
internal sealed class PeopleBatches(RunState state, DirectoryPeople people, DirectoryGroups groups, PersonMerge merge, KeyRing ring, GroupGraph? graph, long generation, TimeProvider time)
{
    /// <summary>Most entries that are kept for the end of the run.</summary>
    public const int MaxLater = 10_000;

    private readonly List<DirectoryPerson> _later = [];
    private long _analyzeAt = 2000;

    /// <summary>Entries without an id so far.</summary>
    public int Nameless { get; private set; }

    /// <summary>Entries found, or known to be there.</summary>
    public long Found { get; private set; }

    /// <summary>Applies a batch.</summary>
    public async Task ApplyAsync(PeopleBatch batch, CancellationToken cancellationToken)
    {
        Tally(batch);
        if (batch.Count == 0)
        {
            return;
        }

        var (same, outcomes, twice) = await state.WriteAsync(async (connection, ct) => await ApplyAsync(connection, batch, ct), cancellationToken);
        state.Count(r => r with { Unchanged = r.Unchanged + same });
        await AnalyzeAsync(cancellationToken);
        foreach (var uuid in twice)
        {
            state.Problem($"entry:{EntryId.Show(uuid)}", EntryId.Show(uuid), "another entry has the same id; it is left out");
        }

        foreach (var (person, outcome) in outcomes)
        {
            Note(person, outcome, last: false);
        }
    }

    /// <summary>Tries again what did not fit, now that everything else is in place; names of people who went or get another one are free.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_later.Count == 0)
        {
            return;
        }

        var outcomes = await state.WriteAsync(
            async (connection, ct) =>
            {
                var set = await LinksAsync(connection, _later, ct);
                await LoadAsync(connection, set, _later, ct);
                var parked = NameSwap.Parkable(set, _later);
                if (parked.Count > 0)
                {
                    if (!state.Request.DryRun)
                    {
                        await people.ParkAsync(connection, parked, time.GetUtcNow(), ct);
                    }

                    foreach (var id in parked)
                    {
                        set.Names.Remove(set.People[id].UserFolded);
                        var name = FormattableString.Invariant($"{set.People[id].UserFolded}~{id}");
                        set.People[id] = set.People[id] with { UserFolded = name };
                        set.Names[name] = id;
                    }
                }

                return await DecideAsync(connection, set, _later, await GroupsAsync(connection, _later, ct), ct);
            },
            cancellationToken);
        foreach (var (person, outcome) in outcomes)
        {
            Note(person, outcome, last: true);
        }
    }

    /// <summary>Tables grow from nothing, and the plans of their statements must follow.</summary>
    private async Task AnalyzeAsync(CancellationToken cancellationToken)
    {
        if (Found < _analyzeAt)
        {
            return;
        }

        _analyzeAt *= 4;
        await state.WriteAsync(
            async (connection, ct) =>
            {
                await people.AnalyzeSeenAsync(connection, ct);
                if (state.Run.Added > 0)
                {
                    await people.AnalyzeAsync(connection, ct);
                }

                return true;
            },
            cancellationToken);
    }

    private void Tally(PeopleBatch batch)
    {
        Nameless += batch.Nameless;
        Found += batch.People.Count + batch.Unusable.Count + batch.Present.Count;
        state.Count(r => r with { Seen = r.Seen + batch.Count, Referrals = r.Referrals + batch.Referrals });
        foreach (var (uuid, dn, reason) in batch.Unusable)
        {
            state.Problem($"entry:{EntryId.Show(uuid)}", dn, reason);
        }
    }

    private async Task<(int Same, List<(DirectoryPerson, MergeOutcome)> Outcomes, List<byte[]> Twice)> ApplyAsync(DbConnection connection, PeopleBatch batch, CancellationToken cancellationToken)
    {
        var (twice, entries) = (new List<byte[]>(), batch.People);
        var runId = state.Run.Id;
        if (batch.Listing)
        {
            byte[][] uuids = [.. batch.People.Select(p => p.Uuid)];
            var seen = (await people.SeenAsync(connection, runId, uuids, cancellationToken)).Select(Convert.ToHexString).ToHashSet(StringComparer.Ordinal);
            entries = batch.People.FindAll(p => seen.Add(Convert.ToHexString(p.Uuid)) || Refused(p));
        }
        else
        {
            // The last word of a server about an entry counts.
            entries = [.. batch.People.AsEnumerable().Reverse().DistinctBy(p => Convert.ToHexString(p.Uuid))];
        }

        await people.AddSeenAsync(connection, runId, Distinct(batch.Gone), gone: true, cancellationToken);
        await people.AddSeenAsync(connection, runId, Distinct([.. entries.Select(p => p.Uuid), .. batch.Unusable.Select(u => u.Uuid), .. batch.Present]), gone: false, cancellationToken);
        var of = await GroupsAsync(connection, entries, cancellationToken);
        var set = await LinksAsync(connection, entries, cancellationToken);
        var touched = entries.FindAll(p => !PersonMerge.IsSame(set.Links.GetValueOrDefault(Convert.ToHexString(p.Uuid)), p, merge.Print(p), PersonMerge.GroupsPrint(of(p))));
        if (touched.Count == 0)
        {
            return (entries.Count, [], twice);
        }

        await LoadAsync(connection, set, touched, cancellationToken);
        return (entries.Count - touched.Count, await DecideAsync(connection, set, touched, of, cancellationToken), twice);

        bool Refused(DirectoryPerson person)
        {
            twice.Add(person.Uuid);
            return false;
        }

        static List<byte[]> Distinct(List<byte[]> uuids) => [.. uuids.DistinctBy(Convert.ToHexString)];
    }

    private async Task<List<(DirectoryPerson, MergeOutcome)>> DecideAsync(
        DbConnection connection, MergeSet set, List<DirectoryPerson> entries, Func<DirectoryPerson, ImmutableArray<string>> of, CancellationToken cancellationToken)
    {
        var outcomes = new List<(DirectoryPerson, MergeOutcome)>(entries.Count);
        foreach (var person in entries)
        {
            outcomes.Add((person, merge.Decide(set, person, of(person))));
        }

        if (!state.Request.DryRun)
        {
            var writes = outcomes.Select(o => o.Item2).OfType<MergeOutcome.Write>().Select(w => w.What).ToList();
            if (writes.Count > 0)
            {
                await people.WriteAsync(connection, state.Claim.Id, state.Actor, writes[0].Row.UpdatedAt, writes, cancellationToken);
            }
        }

        return outcomes;
    }

    private async Task<Func<DirectoryPerson, ImmutableArray<string>>> GroupsAsync(DbConnection connection, List<DirectoryPerson> entries, CancellationToken cancellationToken)
    {
        if (graph is null)
        {
            return person => [.. person.MemberOf.Select(g => g.Name).OfType<string>().Where(IsName).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase).Take(GroupGraph.MaxOfPerson)];
        }

        var direct = await groups.OfMembersAsync(connection, generation, [.. entries.Select(p => p.DnKey)], cancellationToken);
        return person => graph.NamesOf(direct[Convert.ToHexString(person.DnKey)]);

        static bool IsName(string name) => name.Length is > 0 and <= PersonMapping.MaxText && !name.Any(char.IsControl) && !name.Contains(';', StringComparison.Ordinal);
    }

    private async Task<MergeSet> LinksAsync(DbConnection connection, List<DirectoryPerson> entries, CancellationToken cancellationToken)
    {
        var set = new MergeSet();
        foreach (var link in await people.LinksAsync(connection, state.Claim.Id, [.. entries.Select(p => p.Uuid)], cancellationToken))
        {
            set.Links[Convert.ToHexString(link.Uuid)] = link;
        }

        return set;
    }

    /// <summary>Loads what these entries touch.</summary>
    private async Task LoadAsync(DbConnection connection, MergeSet set, List<DirectoryPerson> touched, CancellationToken cancellationToken)
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

        foreach (var card in await people.CardsAsync(connection, [.. set.People.Keys], cancellationToken))
        {
            (set.Cards.TryGetValue(card.PersonId, out var list) ? list : set.Cards[card.PersonId] = []).Add(card);
        }

        var hashes = touched.SelectMany(p => p.Cards).Distinct(StringComparer.Ordinal).SelectMany(number => ring.Candidates(HashKinds.Card, state.Claim.OrgId, number)).ToList();
        foreach (var card in await people.OwnersAsync(connection, state.Claim.OrgId, hashes, cancellationToken))
        {
            set.Owners[PersonMerge.KeyOf(card.KeyId, card.Hash)] = card.PersonId;
        }

        LinkRow? Link(DirectoryPerson person) => set.Links.GetValueOrDefault(Convert.ToHexString(person.Uuid));
    }

    private void Note(DirectoryPerson person, MergeOutcome outcome, bool last)
    {
        switch (outcome)
        {
            case MergeOutcome.Same:
                state.Count(r => r with { Unchanged = r.Unchanged + 1 });
                break;
            case MergeOutcome.Write write:
                state.Count(r => write.Kind switch
                {
                    MergeKind.Added => r with { Added = r.Added + 1 },
                    MergeKind.Back => r with { Reactivated = r.Reactivated + 1 },
                    _ => r with { Changed = r.Changed + 1 },
                });
                state.Tell(write.Kind is MergeKind.Added or MergeKind.Back ? '+' : '~', person.UserName, write.Reason);
                foreach (var fault in person.Faults)
                {
                    state.Problem(FormattableString.Invariant($"person:{write.What.Row.Id}"), person.UserName, fault);
                }

                Later(person, write.Unfit, FormattableString.Invariant($"person:{write.What.Row.Id}"), last);
                break;
            case MergeOutcome.Later later:
                Later(person, later.Reason, FormattableString.Invariant($"entry:{EntryId.Show(person.Uuid)} (person:{later.Holder})"), last);
                break;
            default:
                throw new InvalidOperationException("an outcome without a case");
        }
    }

    private void Later(DirectoryPerson person, string? reason, string subject, bool last)
    {
        if (reason is null)
        {
            return;
        }

        if (last || _later.Count == MaxLater)
        {
            state.Problem(subject, person.UserName, reason);
        }
        else
        {
            _later.Add(person);
        }
    }
}
