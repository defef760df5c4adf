using System.Data.Common;
using CopyTrack.Identity.Cards;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;
using Dapper;

namespace CopyTrack.Server.Imports;

/// <summary>Inserts and updates people by folded user name, with groups, cards and PIN; also adds single cards.</summary>
public sealed class PersonUpsert(IDatabase database, PersonRepository people, AuditLog audit, IHashKeys keys, IdGenerator ids, TimeProvider time)
    : Upsert<PersonInput, PersonSet, PersonChange>(database)
{
    /// <summary>How many people there will be once these folded names are all there.</summary>
    public async Task<long> CountAfterAsync(long orgId, IReadOnlyCollection<string> names, CancellationToken cancellationToken) => await Database.ReadAsync(
        async (connection, ct) =>
        {
            var total = await people.CountAsync(connection, orgId, ct) + names.Count;
            foreach (var part in names.Chunk(500))
            {
                total -= (await people.FindManyAsync(connection, orgId, part, ct)).Count;
            }

            return total;
        },
        cancellationToken);

    /// <summary>User names, after one of them, of people who are active, come from no directory or provisioning client, and are theirs who import.</summary>
    public Task<IReadOnlyList<string>> OwnNamesAsync(long orgId, string after, int limit, CancellationToken cancellationToken) => Database.ReadAsync<IReadOnlyList<string>>(
        async (connection, ct) => (await connection.QueryAsync<string>(new CommandDefinition(Database.Sql["Person_OwnNames"], new { orgId, after, limit }, cancellationToken: ct))).AsList(), cancellationToken);

    /// <summary>Tells the database how large the tables of people have become: plans made while they were small read them whole.</summary>
    public Task AnalyzeAsync(CancellationToken cancellationToken) => Database.WriteAsync(
        (connection, ct) => connection.ExecuteAsync(new CommandDefinition(Database.Sql["Person_Analyze"], cancellationToken: ct)), cancellationToken);

    /// <summary>Erases a person; false when there is none of that name. What they did stays in the ledger under their id.</summary>
    public Task<bool> RemoveAsync(string userName, UpsertContext context, CancellationToken cancellationToken) => Database.WriteAsync(
        async (connection, ct) =>
        {
            if (InputRules.Key(userName) is not { } key || await people.FindManyAsync(connection, context.OrgId, [key], ct) is not [var person])
            {
                return false;
            }

            await people.DeleteAsync(connection, person.Id, ct);
            await audit.AddAsync(connection, context.OrgId, context.Actor, "person.delete", $"person:{person.Id}", AuditValues.PersonGone, ct);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    protected override async Task LoadAsync(DbConnection connection, PersonSet set, IReadOnlyList<PersonInput> batch, UpsertContext context, CancellationToken cancellationToken)
    {
        set.Users ??= await people.CountAsync(connection, context.OrgId, cancellationToken);
        var names = batch.Select(input => InputRules.Key(input.UserName)).OfType<string>().Where(name => !set.ByName.ContainsKey(name)).Distinct(StringComparer.Ordinal).ToList();
        foreach (var name in names)
        {
            set.ByName[name] = null;
        }

        foreach (var state in await people.LoadAsync(connection, context.OrgId, names, cancellationToken))
        {
            set.ByName[state.Row.UserFolded] = state;
        }

        var cards = batch.SelectMany(CardsOf).Select(CardText.Canonicalize).OfType<string>()
            .SelectMany(number => keys.Current.Candidates(HashKinds.Card, context.OrgId, number)).ToList();
        await LoadOwnersAsync(set.CardOwners, cards, async hashes => (await people.FindCardsAsync(connection, context.OrgId, hashes, cancellationToken))
            .Select(card => (PersonSet.Key(card.KeyId, card.Hash), card.PersonId)));
        var pins = batch.Select(input => input.Pin.Value?.Trim()).Where(pin => !string.IsNullOrEmpty(pin))
            .SelectMany(pin => keys.Current.Candidates(HashKinds.Pin, context.OrgId, pin!)).ToList();
        await LoadOwnersAsync(set.PinOwners, pins, async hashes => (await people.FindPinsAsync(connection, context.OrgId, hashes, cancellationToken))
            .Select(pin => (PersonSet.Key(pin.KeyId, pin.Hash), pin.PersonId)));
    }

    /// <inheritdoc/>
    protected override (UpsertKind Kind, PersonChange? Change) Decide(PersonSet set, PersonInput input, UpsertContext context)
    {
        var change = new PersonDecision(keys.Current, ids, time.GetUtcNow()).Decide(set, input, context);
        if (change.Columns.IsEmpty)
        {
            return (UpsertKind.Unchanged, null);
        }

        change = change with { After = change.After with { Row = change.After.Row with { UpdatedAt = time.GetUtcNow() } } };
        Remember(set, change);
        return (change.Before is null || input.AddedCard is not null ? UpsertKind.Added : UpsertKind.Changed, change);
    }

    /// <inheritdoc/>
    protected override async Task WriteAsync(DbConnection connection, PersonChange change, UpsertContext context, CancellationToken cancellationToken)
    {
        await people.WriteAsync(connection, change.Before, change.After, cancellationToken);
        await audit.AddAsync(
            connection, context.OrgId, context.Actor, change.Before is null ? "person.add" : "person.change", $"person:{change.After.Row.Id}",
            ChangeAudits.Of(change.Before, change.After), cancellationToken);
    }

    /// <inheritdoc/>
    protected override string? Tell(PersonChange change) => change.Before is null ? null : string.Join(", ", change.Columns);

    private static void Remember(PersonSet set, PersonChange change)
    {
        set.ByName[change.After.Row.UserFolded] = change.After;
        set.Users += change.Before is null ? 1 : 0;
        foreach (var card in change.Before?.Cards ?? [])
        {
            set.CardOwners[PersonSet.Key(card.KeyId, card.Hash)] = null;
        }

        foreach (var card in change.After.Cards)
        {
            set.CardOwners[PersonSet.Key(card.KeyId, card.Hash)] = change.After.Row.Id;
        }

        if (change.Before?.Pin is { } old)
        {
            set.PinOwners[PersonSet.Key(old.KeyId, old.Hash)] = null;
        }

        if (change.After.Pin is { } pin)
        {
            set.PinOwners[PersonSet.Key(pin.KeyId, pin.Hash)] = change.After.Row.Id;
        }
    }

    private static IEnumerable<string> CardsOf(PersonInput input) => input.AddedCard is { } one ? [one] : input.Cards.Value ?? [];

    private static async Task LoadOwnersAsync(
        Dictionary<string, long?> owners, List<KeyedHash> hashes, Func<IReadOnlyList<KeyedHash>, Task<IEnumerable<(string Key, long Owner)>>> find)
    {
        var unknown = hashes.Where(hash => owners.TryAdd(PersonSet.Key(hash), null)).ToList();
        foreach (var part in unknown.Chunk(500))
        {
            foreach (var (key, owner) in await find(part))
            {
                owners[key] = owner;
            }
        }
    }
}
