using System.Data.Common;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;

namespace CopyTrack.Server.Directories;

/// <summary>What became of a batch.</summary>
/// <param name="Same">How many entries have nothing new.</param>
/// <param name="Outcomes">The others.</param>
/// <param name="Twice">Ids that came twice.</param>
internal sealed record Applied(int Same, List<(ReadPerson Entry, MergeOutcome Outcome)> Outcomes, List<byte[]> Twice);

/// <summary>Loads what a batch touches, decides each entry and writes what changed; all in the caller's transaction.</summary>
internal sealed class BatchMerge
{
    private readonly RunState _state;
    private readonly DirectoryPeople _people;
    private readonly PersonMerge _merge;
    private readonly (bool Links, bool People, bool Cards) _atHand;
    private readonly TimeProvider _time;
    private readonly Rehearsal? _rehearsal;
    private readonly MergeLoad _load;

    public BatchMerge(RunState state, DirectoryPeople people, PersonMerge merge, GroupSource? groups, (bool Links, bool People, bool Cards) atHand, TimeProvider time)
    {
        (_state, _people, _merge, _atHand, _time) = (state, people, merge, atHand, time);
        _rehearsal = state.Request.DryRun ? new Rehearsal() : null;
        _load = new MergeLoad(state, people, merge, groups, _rehearsal);
    }

    /// <summary>False when the directory had made nobody before this run: then nobody can be missing, and whoever is known came in this run.</summary>
    public bool AnybodyKnown => _atHand.Links || _state.Request.DryRun;

    /// <summary>Whether anybody was there to be looked up when the run began.</summary>
    public bool AnythingAtHand => _atHand != default;

    /// <summary>Applies a batch; <paramref name="alone"/> when nobody else writes people, after others may have.</summary>
    public async Task<Applied> ApplyAsync(DbConnection connection, PeopleBatch batch, bool alone, CancellationToken cancellationToken)
    {
        // Alone, everything is looked up: what is there may have come a moment ago.
        var known = alone ? (Links: true, People: true, Cards: true) : _atHand;
        var (entries, twice) = await _load.SeeAsync(connection, batch, AnybodyKnown, cancellationToken);
        List<DirectoryPerson> plain = [.. entries.Select(e => e.Person)];
        var of = await _load.GroupsAsync(connection, plain, cancellationToken);
        var set = known.Links ? await _load.LinksAsync(connection, plain, cancellationToken) : new MergeSet(plain.Count);
        if (!AnybodyKnown)
        {
            // Nobody was known when the run began, so whoever is came in this run.
            twice.AddRange(entries.Where(e => set.Links.ContainsKey(EntryKey.Of(e.Person.Uuid))).Select(e => e.Person.Uuid));
            entries = entries.FindAll(e => !set.Links.ContainsKey(EntryKey.Of(e.Person.Uuid)));
        }

        List<GroupedPerson> touched = Grouped(entries, of)
            .FindAll(e => !PersonMerge.IsSame(set.Links.GetValueOrDefault(EntryKey.Of(e.Entry.Person.Uuid)), e.Entry.Person, e.Entry.Print, e.Groups.Print));
        if (touched.Count == 0)
        {
            return new Applied(entries.Count, [], twice);
        }

        if (known.Links || known.People || known.Cards || _rehearsal is not null)
        {
            await _load.LoadAsync(connection, set, touched.ConvertAll(e => e.Entry.Person), known.Cards, cancellationToken);
        }

        return new Applied(entries.Count - touched.Count, await DecideAsync(connection, set, touched, unknown: !known.Links, cancellationToken), twice);
    }

    /// <summary>Tries again what did not fit, now that everything else is in place; names of people who went or get another one are free.</summary>
    public async Task<List<(ReadPerson Entry, MergeOutcome Outcome)>> FinishAsync(DbConnection connection, List<ReadPerson> later, CancellationToken cancellationToken)
    {
        var entries = later.ConvertAll(p => p.Person);
        var set = await _load.LinksAsync(connection, entries, cancellationToken);
        await _load.LoadAsync(connection, set, entries, all: true, cancellationToken);
        var parked = NameSwap.Parkable(set, entries);
        if (parked.Count > 0)
        {
            if (!_state.Request.DryRun)
            {
                await _people.ParkAsync(connection, parked, _time.GetUtcNow(), cancellationToken);
            }

            foreach (var id in parked)
            {
                set.Names.Remove(set.People[id].UserFolded);
                var name = FormattableString.Invariant($"{set.People[id].UserFolded}~{id}");
                set.People[id] = set.People[id] with { UserFolded = name };
                set.Names[name] = id;
            }
        }

        return await DecideAsync(connection, set, Grouped(later, await _load.GroupsAsync(connection, entries, cancellationToken)), unknown: false, cancellationToken);
    }

    private static List<GroupedPerson> Grouped(List<ReadPerson> entries, Func<DirectoryPerson, GroupNames> of) => entries.ConvertAll(e => new GroupedPerson(e, of(e.Person)));

    private async Task<List<(ReadPerson Entry, MergeOutcome Outcome)>> DecideAsync(
        DbConnection connection, MergeSet set, List<GroupedPerson> entries, bool unknown, CancellationToken cancellationToken)
    {
        var outcomes = new List<(ReadPerson Entry, MergeOutcome Outcome)>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            var outcome = _merge.Decide(set, entries[i]);
            _rehearsal?.Remember(outcome, set);
            outcomes.Add((entries[i].Entry, outcome));
        }

        if (!_state.Request.DryRun)
        {
            var writes = outcomes.Select(o => o.Outcome).OfType<MergeOutcome.Write>().Select(w => w.What).ToList();
            if (writes.Count > 0)
            {
                await _people.WriteAsync(connection, _state.Claim.Id, _state.Actor, writes[0].Row.UpdatedAt, writes, unknown, cancellationToken);
            }
        }

        return outcomes;
    }
}
