using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;

namespace CopyTrack.Server.Directories;

/// <summary>
/// Applies batches of entries to people, each in one commit, and counts what came of them. On PostgreSQL two batches are under way at a time; when one of them meets what the
/// other has just written (a unique key says so), it is repeated alone.
/// </summary>
internal sealed class PeopleBatches(RunState state, IDatabase database, DirectoryPeople people, BatchMerge merge) : IDisposable
{
    /// <summary>Most entries that are kept for the end of the run.</summary>
    public const int MaxLater = 10_000;

    private readonly Lock _lock = new();
    private readonly List<ReadPerson> _later = [];
    private readonly SemaphoreSlim _lanes = new(LanesOf(database, state)), _alone = new(1);
    private long _analyzeAt = 2000;

    /// <summary>How many batches may be under way.</summary>
    public int Lanes => LanesOf(database, state);

    /// <summary>
    /// Entries of a batch. On SQLite everybody's logins wait for the one writer, so batches are short there. On PostgreSQL longer ones would save little, and what is under way
    /// would outlive the collector's first generations: with 2,000 it took a fifth of the time.
    /// </summary>
    public int Size => database.Dialect == Dialect.Sqlite ? 200 : 500;

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
        await AnalyzeAsync(cancellationToken);
        foreach (var uuid in twice)
        {
            state.Problem($"entry:{EntryId.Show(uuid)}", EntryId.Show(uuid), "another entry has the same id; it is left out");
        }

        Note(outcomes, same, last: false);
    }

    /// <summary>Tries again what did not fit, now that everything else is in place; names of people who went or get another one are free.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_later.Count > 0)
        {
            Note(await state.WriteAsync((connection, ct) => merge.FinishAsync(connection, _later, ct), cancellationToken), same: 0, last: true);
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
            return await state.WriteBatchAsync((connection, ct) => merge.ApplyAsync(connection, batch, alone: false, ct), cancellationToken);
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

            return await state.WriteBatchAsync((connection, ct) => merge.ApplyAsync(connection, batch, alone: true, ct), cancellationToken);
        }
        finally
        {
            _ = taken > 0 ? _lanes.Release(taken) : 0;
            _alone.Release();
        }
    }

    /// <summary>Tables grow from nothing, and the plans of their statements must follow.</summary>
    private async Task AnalyzeAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Where nobody was at hand, nothing is looked up.
            if (Found < _analyzeAt || !merge.AnythingAtHand)
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

    private void Note(List<(ReadPerson Entry, MergeOutcome Outcome)> outcomes, int same, bool last)
    {
        var (added, back, changed) = (0, 0, 0);
        foreach (var (entry, outcome) in outcomes)
        {
            switch (outcome)
            {
                case MergeOutcome.Same:
                    same++;
                    break;
                case MergeOutcome.Write write:
                    _ = write.Kind switch { MergeKind.Added => added++, MergeKind.Back => back++, _ => changed++ };
                    NoteWrite(entry, write, last);
                    break;
                case MergeOutcome.Later later:
                    Later(entry, later.Reason, FormattableString.Invariant($"entry:{EntryId.Show(entry.Person.Uuid)} (person:{later.Holder})"), last);
                    break;
                default:
                    throw new InvalidOperationException("an outcome without a case");
            }
        }

        state.Count(r => r with { Unchanged = r.Unchanged + same, Added = r.Added + added, Reactivated = r.Reactivated + back, Changed = r.Changed + changed });
    }

    private void NoteWrite(ReadPerson entry, MergeOutcome.Write write, bool last)
    {
        var person = entry.Person;
        state.Tell(write.Kind is MergeKind.Added or MergeKind.Back ? '+' : '~', person.UserName, write.Reason);
        foreach (var fault in person.Faults)
        {
            state.Problem(FormattableString.Invariant($"person:{write.What.Row.Id}"), person.UserName, fault);
        }

        if (write.Unfit is { } reason)
        {
            Later(entry, reason, FormattableString.Invariant($"person:{write.What.Row.Id}"), last);
        }
    }

    private void Later(ReadPerson entry, string reason, string subject, bool last)
    {
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
