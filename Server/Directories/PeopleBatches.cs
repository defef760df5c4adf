using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;

namespace CopyTrack.Server.Directories;

/// <summary>
/// Applies batches of entries to people: loads what they touch, decides each, writes what changed, all in one commit. On PostgreSQL two batches are under way at a time; when
/// one of them meets what the other has just written (a unique key says so), it is repeated alone.
/// </summary>
internal sealed class PeopleBatches(
    RunState state, IDatabase database, DirectoryPeople people, PersonMerge merge, GroupSource? groups, (bool Links, bool People, bool Cards) atHand, TimeProvider time) : IDisposable
{
    /// <summary>Most entries that are kept for the end of the run.</summary>
    public const int MaxLater = 10_000;

    private readonly Lock _lock = new();
    private readonly List<ReadPerson> _later = [];
    private readonly SemaphoreSlim _lanes = new(LanesOf(database, state)), _alone = new(1);
    private readonly Rehearsal? _rehearsal = state.Request.DryRun ? new Rehearsal() : null;
    private long _analyzeAt = 2000;

    /// <summary>How many batches may be under way.</summary>
    public int Lanes => LanesOf(database, state);

    /// <summary>Entries of a batch. On SQLite everybody's logins wait for the one writer, so batches are short there.</summary>
    public int Size => database.Dialect == Dialect.Sqlite ? 200 : 2000;

    /// <summary>False when the directory had made nobody before this run: then nobody can be missing, and whoever is known came in this run.</summary>
    public bool AnybodyKnown => atHand.Links || state.Request.DryRun;

    /// <summary>Entries without an id so far.</summary>
    public int Nameless { get; private set; }

    /// <summary>Entries found, or known to be there.</summary>
    public long Found { get; private set; }

    /// <summary>Applies a batch; safe for as many at a time as there are <see cref="Lanes"/>.</summary>
    public async Task ApplyAsync(PeopleBatch batch, CancellationToken cancellationToken)
    {
        Tally(batch);
        if (batch.Count == 0)
        {
            return;
        }

        var (same, outcomes, twice) = await InLaneAsync(batch, cancellationToken);
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

    public void Dispose()
    {
        _lanes.Dispose();
        _alone.Dispose();
    }

    private static int LanesOf(IDatabase database, RunState state) => database.Dialect == Dialect.Sqlite || state.Request.DryRun ? 1 : 2;

    private async Task<Applied> InLaneAsync(PeopleBatch batch, CancellationToken cancellationToken)
    {
        await _lanes.WaitAsync(cancellationToken);
        try
        {
            return await state.WriteBatchAsync((connection, ct) => ApplyAsync(connection, batch, alone: false, ct), cancellationToken);
        }
        catch (Exception e) when (database.IsUniqueViolation(e))
        {
            // It is repeated below, when the other lane has ended.
        }
        finally
        {
            _lanes.Release();
        }

        await _alone.WaitAsync(cancellationToken);
        var taken = 0;
        try
        {
            for (; taken < Lanes; taken++)
            {
                await _lanes.WaitAsync(cancellationToken);
            }

            return await state.WriteBatchAsync((connection, ct) => ApplyAsync(connection, batch, alone: true, ct), cancellationToken);
        }
        finally
        {
            _ = taken > 0 ? _lanes.Release(taken) : 0;
            _alone.Release();
        }
    }

    private sealed record Applied(int Same, List<(ReadPerson Entry, MergeOutcome Outcome)> Outcomes, List<byte[]> Twice);

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
List<DirectoryPerson> entries = [.. _later.Select(p => p.Person)];
                                var set = await LinksAsync(connection, entries, ct);
                await LoadAsync(connection, set, entries, all: true, ct);
                var parked = NameSwap.Parkable(set, entries);
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

                return await DecideAsync(connection, set, Grouped(_later, await GroupsAsync(connection, entries, ct)), _later, unknown: false, ct);
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
        lock (_lock)
        {
            // Where nobody was at hand, nothing is looked up.
            if (Found < _analyzeAt || atHand == default)
            {
                return;
            }

            _analyzeAt *= 4;
        }

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
        lock (_lock)
        {
            Nameless += batch.Nameless;
            Found += batch.People.Count + batch.Unusable.Count + batch.Present.Count;
        }

        state.Count(r => r with { Seen = r.Seen + batch.Count, Referrals = r.Referrals + batch.Referrals });
        foreach (var (uuid, dn, reason) in batch.Unusable)
        {
            state.Problem($"entry:{EntryId.Show(uuid)}", dn, reason);
        }
    }

    private async Task<Applied> ApplyAsync(DbConnection connection, PeopleBatch batch, bool alone, CancellationToken cancellationToken)
    {
        // Alone, everything is looked up: what is there may have come a moment ago.
        var known = alone ? (Links: true, People: true, Cards: true) : atHand;
        var (entries, twice) = await SeeAsync(connection, batch, cancellationToken);
        List<DirectoryPerson> plain = [.. entries.Select(e => e.Person)];
        var of = await GroupsAsync(connection, plain, cancellationToken);
        var set = known.Links ? await LinksAsync(connection, plain, cancellationToken) : new MergeSet();
        if (!AnybodyKnown)
        {
            // Nobody was known when the run began, so whoever is came in this run.
            twice.AddRange(entries.Where(e => set.Links.ContainsKey(EntryKey.Of(e.Person.Uuid))).Select(e => e.Person.Uuid));
            entries = entries.FindAll(e => !set.Links.ContainsKey(EntryKey.Of(e.Person.Uuid)));
        }

        List<GroupedPerson> touched = Grouped(entries, of)
            .FindAll(e => !PersonMerge.IsSame(set.Links.GetValueOrDefault(EntryKey.Of(e.Person.Uuid)), e.Person, e.Print, e.GroupsPrint));
        if (touched.Count == 0)
        {
            return new Applied(entries.Count, [], twice);
        }

        var some = touched.ConvertAll(e => e.Person);
        if (known.Links || known.People || known.Cards || _rehearsal is not null)
        {
            await LoadAsync(connection, set, some, known.Cards, cancellationToken);
        }

        var asRead = touched.ConvertAll(e => new ReadPerson(e.Person, e.Print));
        return new Applied(entries.Count - touched.Count, await DecideAsync(connection, set, touched, asRead, unknown: !known.Links, cancellationToken), twice);
    }

    /// <summary>Remembers who was seen; returns what is to be looked at, and ids that came twice.</summary>
    private async Task<(List<ReadPerson> Entries, List<byte[]> Twice)> SeeAsync(DbConnection connection, PeopleBatch batch, CancellationToken cancellationToken)
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

        var here = new HashSet<UInt128>();
        var entries = batch.People.FindAll(e => First(e.Person.Uuid));
        if (!AnybodyKnown)
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

    private static List<GroupedPerson> Grouped(List<ReadPerson> entries, Func<DirectoryPerson, ImmutableArray<string>> of) => entries.ConvertAll(e =>
    {
        var names = of(e.Person);
        return new GroupedPerson(e.Person, e.Print, names, PersonMerge.GroupsPrint(names));
    });

    private async Task<List<(ReadPerson Entry, MergeOutcome Outcome)>> DecideAsync(
        DbConnection connection, MergeSet set, List<GroupedPerson> entries, List<ReadPerson> asRead, bool unknown, CancellationToken cancellationToken)
    {
        var outcomes = new List<(ReadPerson Entry, MergeOutcome Outcome)>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            var outcome = merge.Decide(set, entries[i]);
            _rehearsal?.Remember(outcome, set);
            outcomes.Add((asRead[i], outcome));
        }

        if (!state.Request.DryRun)
        {
            var writes = outcomes.Select(o => o.Outcome).OfType<MergeOutcome.Write>().Select(w => w.What).ToList();
            if (writes.Count > 0)
            {
                await people.WriteAsync(connection, state.Claim.Id, state.Actor, writes[0].Row.UpdatedAt, writes, unknown, cancellationToken);
            }
        }

        return outcomes;
    }

    private Task<Func<DirectoryPerson, ImmutableArray<string>>> GroupsAsync(DbConnection connection, List<DirectoryPerson> entries, CancellationToken cancellationToken)
    {
        return groups is not null ? groups.OfAsync(connection, entries, cancellationToken) : Task.FromResult<Func<DirectoryPerson, ImmutableArray<string>>>(person =>
            [.. person.MemberOf.Select(g => g.Name).OfType<string>().Where(IsName).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase).Take(GroupGraph.MaxOfPerson)]);

        static bool IsName(string name) => name.Length is > 0 and <= PersonMapping.MaxText && !name.Any(char.IsControl) && !name.Contains(';', StringComparison.Ordinal);
    }

    private async Task<MergeSet> LinksAsync(DbConnection connection, List<DirectoryPerson> entries, CancellationToken cancellationToken)
    {
        var set = new MergeSet();
        foreach (var link in await people.LinksAsync(connection, state.Claim.Id, [.. entries.Select(p => p.Uuid)], cancellationToken))
        {
            set.Links[EntryKey.Of(link.Uuid)] = link;
        }

        return set;
    }

    /// <summary>Loads what these entries touch.</summary>
    private async Task LoadAsync(DbConnection connection, MergeSet set, List<DirectoryPerson> touched, bool all, CancellationToken cancellationToken)
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
            _rehearsal?.Recall(set, touched, merge);
            return;
        }

        foreach (var card in await people.CardsAsync(connection, [.. set.People.Keys], cancellationToken))
        {
            (set.Cards.TryGetValue(card.PersonId, out var list) ? list : set.Cards[card.PersonId] = []).Add(card);
        }

        var hashes = touched.SelectMany(p => p.Cards).Distinct(StringComparer.Ordinal).SelectMany(number => merge.HashesOf(set, number)).ToList();
        foreach (var card in await people.OwnersAsync(connection, state.Claim.OrgId, hashes, cancellationToken))
        {
            set.Owners[CardKey.Of(card.KeyId, card.Hash)] = card.PersonId;
        }

        _rehearsal?.Recall(set, touched, merge);

        LinkRow? Link(DirectoryPerson person) => set.Links.GetValueOrDefault(EntryKey.Of(person.Uuid));
    }

    private void Note(ReadPerson entry, MergeOutcome outcome, bool last)
    {
        var person = entry.Person;
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

                Later(entry, write.Unfit, FormattableString.Invariant($"person:{write.What.Row.Id}"), last);
                break;
            case MergeOutcome.Later later:
                Later(entry, later.Reason, FormattableString.Invariant($"entry:{EntryId.Show(person.Uuid)} (person:{later.Holder})"), last);
                break;
            default:
                throw new InvalidOperationException("an outcome without a case");
        }
    }

    private void Later(ReadPerson entry, string? reason, string subject, bool last)
    {
        if (reason is null)
        {
            return;
        }

        lock (_lock)
        {
            if (!last && _later.Count < MaxLater)
            {
                _later.Add(entry);
                return;
            }
        }

        state.Problem(subject, entry.Person.UserName, reason);
    }
}
