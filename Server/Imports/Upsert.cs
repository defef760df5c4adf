using System.Data.Common;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Imports;

/// <summary>What became of one line or body.</summary>
public enum UpsertKind
{
    /// <summary>It is new.</summary>
    Added = 0,

    /// <summary>It was there and is different now.</summary>
    Changed = 1,

    /// <summary>It was there like that.</summary>
    Unchanged = 2,

    /// <summary>It can't be taken.</summary>
    Bad = 3,
}

/// <summary>Outcome of one input; the reason goes with a bad one, and with a change what it changes.</summary>
public readonly record struct UpsertOutcome(UpsertKind Kind, string? Reason = null);

/// <summary>Who does it, where and when.</summary>
/// <param name="OrgId">The organisation that names are looked up in.</param>
/// <param name="Actor">For the audit log: <c>cli</c>, <c>token:ID</c> or <c>account:ID</c>.</param>
/// <param name="TotalUsers">How many people there will be when the whole file is in, for the length of PINs; 0 when nobody counted ahead.</param>
public sealed record UpsertContext(long OrgId, string Actor, long TotalUsers = 0);

/// <summary>
/// Inserts or updates things by their key, many at a time: loads what the inputs touch, decides each in order by plain code, and writes what
/// changed, in one transaction. <typeparamref name="TSet"/> is the working copy of what was loaded; a check without writing keeps one over many
/// batches, so that later lines see what earlier ones would have done.
/// </summary>
public abstract class Upsert<TInput, TSet, TChange>(IDatabase database)
    where TSet : class, new()
    where TChange : class
{
    /// <summary>Where the rows are.</summary>
    protected IDatabase Database { get; } = database;

    /// <summary>Takes the inputs in order; a bad one changes nothing. Throws <see cref="StorageUnavailableException"/> and then nothing is kept.</summary>
    public async Task<IReadOnlyList<UpsertOutcome>> ApplyAsync(IReadOnlyList<TInput> batch, UpsertContext context, CancellationToken cancellationToken)
    {
        var outcomes = await WriteAllAsync(batch, context, cancellationToken);
        if (outcomes.Any(o => o.Kind is UpsertKind.Added or UpsertKind.Changed))
        {
            await WrittenAsync(cancellationToken);
        }

        return outcomes;
    }

    private Task<IReadOnlyList<UpsertOutcome>> WriteAllAsync(IReadOnlyList<TInput> batch, UpsertContext context, CancellationToken cancellationToken) =>
        Database.WriteAsync<IReadOnlyList<UpsertOutcome>>(
            async (connection, ct) =>
            {
                var set = new TSet();
                await LoadAsync(connection, set, batch, context, ct);
                var outcomes = new List<UpsertOutcome>(batch.Count);
                foreach (var input in batch)
                {
                    var (outcome, change) = Try(set, input, context);
                    outcomes.Add(outcome);
                    if (change is not null)
                    {
                        await WriteAsync(connection, change, context, ct);
                    }
                }

                return outcomes;
            },
            cancellationToken);

    /// <summary>Says what <see cref="ApplyAsync"/> would do, and does it to <paramref name="set"/> only.</summary>
    public Task<IReadOnlyList<UpsertOutcome>> CheckAsync(IReadOnlyList<TInput> batch, TSet set, UpsertContext context, CancellationToken cancellationToken) =>
        Database.ReadAsync<IReadOnlyList<UpsertOutcome>>(
            async (connection, ct) =>
            {
                await LoadAsync(connection, set, batch, context, ct);
                return [.. batch.Select(input => Try(set, input, context).Outcome)];
            },
            cancellationToken);

    /// <summary>Takes one input; throws <see cref="InputFaultException"/> when it is bad.</summary>
    public async Task<UpsertKind> ApplyAsync(TInput input, UpsertContext context, CancellationToken cancellationToken)
    {
        var outcome = (await ApplyAsync([input], context, cancellationToken))[0];
        return outcome.Kind == UpsertKind.Bad ? throw new InputFaultException(outcome.Reason!) : outcome.Kind;
    }

    /// <summary>Loads what the inputs touch and the set does not hold yet.</summary>
    protected abstract Task LoadAsync(DbConnection connection, TSet set, IReadOnlyList<TInput> batch, UpsertContext context, CancellationToken cancellationToken);

    /// <summary>Decides one input and puts the result into the set; null change for unchanged. Throws <see cref="InputFaultException"/> before it touches the set.</summary>
    protected abstract (UpsertKind Kind, TChange? Change) Decide(TSet set, TInput input, UpsertContext context);

    /// <summary>The columns that a change touches, for whoever looks before it is done.</summary>
    protected virtual string? Tell(TChange change) => null;

    /// <summary>Writes one change, with its row of the audit log.</summary>
    protected abstract Task WriteAsync(DbConnection connection, TChange change, UpsertContext context, CancellationToken cancellationToken);

    /// <summary>Called after the commit of something that was added or changed, to tell whoever has it in memory.</summary>
    protected virtual Task WrittenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private (UpsertOutcome Outcome, TChange? Change) Try(TSet set, TInput input, UpsertContext context)
    {
        try
        {
            var (kind, change) = Decide(set, input, context);
            return (new UpsertOutcome(kind, change is null ? null : Tell(change)), change);
        }
        catch (InputFaultException fault)
        {
            return (new UpsertOutcome(UpsertKind.Bad, fault.Message), null);
        }
    }
}
